"""Asks the network: sends what a plan's probes say, and tells what came back."""
