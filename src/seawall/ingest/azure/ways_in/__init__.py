"""Load balancers, application gateways, and what refuses clients there."""
