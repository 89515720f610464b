"""Control totals and the identity: what must agree, proved on every run."""
