"""One CAMT entry → rows.

A batch whose transactions are told one by one and add up to it, to the cent, is as many rows:
each has its own payer and reference, and ``group`` keeps them together.  Any other entry is one.
"""

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake.currencies import is_code
from recon_engine.intake.lined_xml import LINE
from recon_engine.intake.statement import Row, Statement, references
from recon_engine.model import money

NOT_BOOKED = {"PDNG", "FUTR", "INFO"}  # told before it is booked, and again when it is
_NUMBER_TELLS = 6  # characters
_SIGNS = {"CRDT": 1, "DBIT": -1}
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
_DAYS = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
# Where the entry has none of its own: what its transactions say.
_OTHER_DAYS = tuple(
    f"NtryDtls/TxDtls/RltdDts/{name}"
    for name in ("IntrBkSttlmDt", "AccptncDtTm", "TxDtTm", "StartDt")
)
_BATCH = (
    "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "Btch/PmtInfId", "Btch/MsgId",
    "AcctSvcrRef", "NtryRef",
)  # fmt: skip
_IDS = (
    "EndToEndId", "UETR", "TxId", "InstrId", "MndtId", "ChqNb", "AcctSvcrRef", "ClrSysRef",
    "Prtry/Ref", "PmtInfId", "MsgId",
)  # fmt: skip
_CREDITOR_IDS = ("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef")
_TEXTS = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
_CODES = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")


def children(element: Element, *paths: str) -> list[Element]:
    """All elements at the paths, in the order of the paths."""
    return [found for path in paths for found in element.findall(path)]


def told(element: Element, *paths: str) -> str:
    """The first text at any of the paths."""
    return next((e.text for e in children(element, *paths) if e.text), "")


def status(entry: Element) -> str:
    """BOOK, PDNG or INFO; later versions put it one level deeper."""
    return told(entry, "Sts/Cd", "Sts")


def signed(element: Element, amount: str = "Amt", sign: str = "") -> tuple[int | Code, str]:
    """The signed amount in minor units (or why not) and its currency.

    Args:
        element: a balance, an entry or a transaction.
        amount: the path of its amount.
        sign: CRDT or DBIT where the element itself does not say.
    """
    found = element.find(amount)
    text = (found.text or "") if found is not None else ""
    currency = (found.get("Ccy") or "") if found is not None else ""
    direction = _SIGNS.get(told(element, "CdtDbtInd") or sign)
    if not text:
        return Code.AMOUNT_MISSING, currency
    if not is_code(currency):
        return Code.CURRENCY_UNKNOWN, currency
    if direction is None:
        return Code.DIRECTION_UNKNOWN, currency
    size = money.to_minor(text, money.exponent(currency))
    return (size if isinstance(size, Code) else direction * size), currency


def rows_of(entry: Element, statement: Statement, file: str) -> Iterator[Row | Problem]:
    """The entry's rows, or the one thing that is wrong with it."""
    place = Place(file, "", int(entry.get(LINE, "0")), "Ntry")
    amount, currency = signed(entry)
    day = told(entry, *_DAYS, *_OTHER_DAYS) or statement.day
    booked = _date(day)
    if isinstance(amount, Code):
        yield Problem(amount, place, told(entry, "Amt"))
    elif booked is None:
        yield Problem(Code.DATE_NOT_READ if day else Code.DATE_MISSING, place, day)
    else:
        transactions = children(entry, "NtryDtls/TxDtls", "TxDtls")
        parts = _parts(entry, transactions, amount, currency)
        head = _head(entry, statement, booked, currency)
        if parts:
            group = told(entry, *_BATCH)
            for one, part in zip(transactions, parts, strict=True):
                yield {**head, **_details(entry, [one], part), "amount": part, "group": group}
        else:
            yield {**head, **_details(entry, transactions, amount), "amount": amount}


def _parts(entry: Element, transactions: list[Element], total: int, currency: str) -> list[int]:
    """The transactions' amounts where there are several and they make the entry; else none."""
    if len(transactions) < 2:
        return []
    for path in _AMOUNTS:
        read_ = [signed(one, path, told(entry, "CdtDbtInd")) for one in transactions]
        amounts = [a for a, code in read_ if isinstance(a, int) and code == currency]
        if len(amounts) == len(transactions) and sum(amounts) == total:
            return amounts
    return []


def _head(entry: Element, statement: Statement, booked: date, currency: str) -> Row:
    """What all rows of an entry share."""
    clock = told(entry, "BookgDt/DtTm")
    codes = [e.text for e in children(entry, *_CODES) if e.text]
    return {
        "date": booked,
        "time": clock[11:19] if len(clock) >= 19 else None,
        "currency": currency,
        "channel": statement.channel,
        "account": statement.account,
        "source_row": int(entry.get(LINE, "0")),
        "fee_type": told(entry, "BkTxCd/Prtry/Cd") or "-".join(codes),
        "state": "reversal" if told(entry, "RvslInd") in ("true", "1") else None,
    }


def _details(entry: Element, transactions: list[Element], amount: int) -> Row:
    """References, texts and the counterparty of one or all of an entry's transactions."""
    own = told(entry, "AcctSvcrRef")
    ids = [e.text or "" for one in transactions for e in children(one, *_ids(one))]
    texts = [e.text or "" for one in transactions for e in children(one, *_TEXTS)]
    texts.append(told(entry, "AddtlNtryInf"))
    number = told(entry, "NtryRef")
    # Mostly the entry's place in its statement, which tells nothing outside it.
    reference = references(*ids, own, number if len(number) >= _NUMBER_TELLS else "")
    return {
        "reference": reference,
        "text": " ".join(" ".join(dict.fromkeys(filter(None, texts))).split()),
        "party": next(filter(None, (_party(one, amount) for one in transactions)), ""),
        "key": f"{own}|{amount}|{reference}" if own else "",
    }


def _ids(transaction: Element) -> list[str]:
    where = "Refs" if transaction.find("Refs") is not None else "Ref"
    return [*(f"{where}/{name}" for name in _IDS), *_CREDITOR_IDS]


def _party(transaction: Element, amount: int) -> str:
    """Who paid where money came in, who was paid where it went out; else whoever is named."""
    sides = ("Dbtr", "UltmtDbtr"), ("Cdtr", "UltmtCdtr")
    order = [*sides[amount < 0], *sides[amount >= 0]]
    names = [f"RltdPties/{side}/{nm}" for side in order for nm in ("Nm", "Pty/Nm")]
    return told(transaction, *names)


def _date(text: str) -> date | None:
    """The day as it is written, whatever offset follows."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
