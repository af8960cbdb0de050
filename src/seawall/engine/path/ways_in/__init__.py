"""What takes packets from outside: load balancers, gateways, Private Link services."""
