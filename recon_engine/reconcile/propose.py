"""Rules as they come and go in a run: those that are on are walked under, new ones are proposed."""

from dataclasses import replace
from datetime import date

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.reconcile.chain import Chain, walk
from recon_engine.reconcile.dry_run import with_effects
from recon_engine.reconcile.learned import from_data
from recon_engine.reconcile.learned_by_hand import from_decisions
from recon_engine.reconcile.replay import Replayed
from recon_engine.reconcile.rules import Applied


def walked_under(ruled: Applied, replayed: Replayed, earlier: pl.DataFrame) -> Chain:
    """The chain walked with the parties that rules name; records are shown as they were read.

    Args:
        ruled: the rules that are on.
        replayed: records and decisions.
        earlier: EARLIER.
    """
    seen = ruled.matched_as(replayed.records)
    chain = walk(replace(replayed, records=seen), ruled.policy, earlier)
    if seen is replayed.records:
        return chain
    parties = replayed.records.select("record_id", own="party")
    shown = chain.records.join(parties, on="record_id", how="left", maintain_order="left")
    return replace(chain, records=shown.with_columns(party="own").drop("own"))


def propose(
    chain: Chain, terms: pl.DataFrame, replayed: Replayed, policy: Policy, as_of: date
) -> pl.DataFrame:
    """RULES that this run proposes, each with what it would change.

    Args:
        chain: the walked chain.
        terms: ORDER_TERMS.
        replayed: the decisions that hold.
        policy: as the chain was walked with.
        as_of: the day on which due dates are counted.
    """
    by_hand = from_decisions(chain, replayed.standing, policy)
    found = pl.concat([by_hand, from_data(chain, terms, policy)]).unique(
        ["kind", "channel", "pattern"], keep="first", maintain_order=True
    )
    return with_effects(found, chain, terms, replayed, policy, as_of).sort("rule_id")
