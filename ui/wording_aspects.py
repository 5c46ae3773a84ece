"""What the views of an answer are called: its sources, the course of events, and who says what."""

ASPECTS = "Views of this answer"
SOURCES = "Sources"
TIMELINE = "Timeline"
SIDES = "Who says what"
DISPUTED = "Accounts differ"
OTHERS = "Others"
OWN_VOICE = "The article itself"
