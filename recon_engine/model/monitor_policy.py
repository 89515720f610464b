"""Monitoring's part of the policy: from when on something in the data is worth telling."""

from dataclasses import dataclass

from recon_engine.model.unit import unit


@dataclass(frozen=True, slots=True)
class MonitorPolicy:
    """From when on something in the data is worth telling."""

    orders_min: int = unit(40, "records", "a channel or store with fewer is not judged")
    chance_ppm_max: int = unit(
        200, "parts per million", "a finding is told when chance alone is rarer, all tries counted"
    )
    deviations_min: int = unit(
        5, "standard deviations", "a change of level or a day is told from here on"
    )
    change_days_min: int = unit(5, "days", "a new level must have lasted this long")
    at_stake_minor_min: int = unit(2_000, "minor units", "less money is not worth telling")
    fee_change_ppm_min: int = unit(
        2_000, "parts per million of sales", "smallest rise of a fee rate worth telling"
    )
    fee_contract_ppm_min: int = unit(
        500, "parts per million of sales", "smallest excess over the fee rules worth telling"
    )
    fee_outlier_ppm_min: int = unit(
        10_000, "parts per million of sales", "an order's fee this far above the usual stands out"
    )
    cluster_records_min: int = unit(5, "records", "smallest cluster of refunds or short payments")
    cluster_times_min: int = unit(3, "times", "a cluster's rate is this many times the usual")
    usual_spread_percent: int = unit(
        30, "percent", "how far rates of products, days and stores differ anyway, at least"
    )
    later_days_min: int = unit(2, "days", "smallest delay worth telling")
    after_due_ppm_min: int = unit(
        300_000, "parts per million of orders", "share of orders paid after their due day"
    )
    payouts_min: int = unit(3, "payouts", "a rhythm is known from this many on")
    missing_rows_min: int = unit(
        5, "rows", "a day is missing only where every other day has at least this many"
    )
    copies_min: int = unit(5, "rows", "fewer repeated rows are no repeated export")
    day_times_min: int = unit(
        3, "times", "a day this many times above or below the usual stands out"
    )
    sales_change_percent_min: int = unit(
        45, "percent", "smallest lasting change of daily orders worth telling"
    )
    buyer_ppm_max: int = unit(
        250_000, "parts per million of sales", "one buyer's share from which it is a risk"
    )
    product_ppm_max: int = unit(
        500_000, "parts per million of sales", "one product's share from which it is a risk"
    )
    overdue_ppm_max: int = unit(
        500_000, "parts per million of what is overdue", "one buyer's share from which it is a risk"
    )
    risk_ppm_min: int = unit(
        10_000, "parts per million of sales", "an overdue buyer of less is no risk to the month"
    )
    findings_max: int = unit(3, "findings", "most of one kind on one account")
    evidence_max: int = unit(200, "records", "most records named as a finding's evidence")
    forecast_days: int = unit(28, "days", "how far the cash forecast looks ahead")
    forecast_step_days: int = unit(7, "days", "length of one step of the forecast")
    forecast_tests: int = unit(3, "steps", "steps back on which the forecast is tried")
    forecast_band_percent: int = unit(
        150, "percent of the worst trial", "how wide the band of the forecast is"
    )
    forecast_band_ppm_min: int = unit(
        20_000, "parts per million", "narrowest band of the forecast, however well its trials went"
    )
