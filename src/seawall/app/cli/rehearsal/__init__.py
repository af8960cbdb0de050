"""What `seawall rehearse` does with a twin that stands."""
