"""Platform services: their names, own firewalls, private and service endpoints."""
