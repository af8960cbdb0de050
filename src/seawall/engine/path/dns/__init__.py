"""What DNS names lead to, as the clients of one network are answered."""
