"""What decisions are called, where a person reads them."""

TITLES = {
    "network": "network",
    "addressing": "addresses of pods",
    "dataplane": "dataplane",
    "engine": "policy engine",
    "level": "policies know",
    "encryption": "between nodes",
    "api_server": "API server",
    "ranges": "authorized ranges",
    "zone": "private DNS zone",
    "public_name": "public name",
    "run_command": "run command",
    "outbound": "outbound type",
    "firewall": "firewall",
    "images": "images of nodes",
    "ingress": "ways in",
    "paas": "platform services",
    "systems": "systems of nodes",
    "default_deny": "default deny",
}
"""From a field of `Choices` to what people call it."""
