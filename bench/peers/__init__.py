"""What people match with today, each tuned in good faith.

Every module has ``run(left, right) -> links`` and says in ``FRAMES`` which library's frames it
takes; links have the columns ``left_id`` and ``right_id``.  ``left`` has a column ``net`` besides
those of the product's items: the amount after the fees that the policy tells, because a person who
writes such a script knows the rates too.
"""

PEERS = ("pandas_script", "polars_script", "erp_rules", "splink_model", "recordlinkage_model")
