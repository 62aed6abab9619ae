"""p_g = G#p_z: the law of a generator's output, exactly."""

from gantheory.pushforward.branches import Branch as Branch
from gantheory.pushforward.folded import Pushforward as Pushforward
