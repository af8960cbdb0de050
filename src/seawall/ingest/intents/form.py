"""What a file of intents says that it is."""

API_VERSION = "seawall/v1"
KIND = "Intents"
SUPPRESSIONS = "Suppressions"
