"""Who gets what, where several claim one thing and each can have only one.

Each claim has odds of its own.  That a taker can have one thing only, and a thing go to one taker
only, is brought in by messages between takers and things: each tells its claims how much the others
weigh against them.
"""

import numpy as np

from recon_engine.match.arrays import counted
from recon_engine.match.blocks.bags import Floats
from recon_engine.match.case import Rows

_ROUNDS = 20  # after so many the messages hardly change


def shares(taker: Rows, thing: Rows, odds: Floats) -> Floats:
    """By claim: how likely it is that this taker gets this thing, 0 to 1.

    Args:
        taker: of each claim, any number.
        thing: that it claims.
        odds: of the claim alone, against that the taker gets nothing and the thing goes elsewhere.
    """
    takers, things = counted(taker)[0], counted(thing)[0]

    def others(claims: Floats, of: Rows) -> Floats:
        """What the other claims of the same taker, or on the same thing, weigh."""
        rest: Floats = np.maximum(np.bincount(of, claims)[of] - claims, 0)
        return rest

    told = odds
    for _ in range(_ROUNDS):
        heard = odds / (1 + others(told, takers))
        told = odds / (1 + others(heard, things))
    # Both sides agree in the end; until then the lesser share keeps all shares below one.
    share: Floats = np.minimum(
        *(
            claims / (1 + np.bincount(of, claims)[of])
            for claims, of in ((heard, things), (told, takers))
        )
    )
    return share
