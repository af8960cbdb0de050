"""Why a packet passes or does not, and what makes an answer uncertain."""
