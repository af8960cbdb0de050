"""Questions that a person understands, whose answers are a file of requirements."""

from seawall.design.interview.asker import Asker, Choice
from seawall.design.interview.document import Answers
from seawall.design.interview.talk import interview
from seawall.design.interview.written import written

__all__ = ["Answers", "Asker", "Choice", "interview", "written"]
