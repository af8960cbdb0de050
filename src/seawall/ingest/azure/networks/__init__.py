"""Virtual networks: subnets, peerings, routes, gateways, interfaces, translation."""
