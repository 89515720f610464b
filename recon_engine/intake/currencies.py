"""Currencies as files write them → ISO 4217 codes."""

_ALL = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
ATS CYP DEM EEK FIM FRF IEP MTL NLG SIT SKK
"""
_CODES = frozenset(_ALL.split())
_WORDS = {
    "人民币": "CNY", "人民币元": "CNY", "人民幣": "CNY", "RMB": "CNY", "CNH": "CNY", "元": "CNY",
    "¥": "CNY", "美元": "USD", "US$": "USD", "港币": "HKD", "港元": "HKD", "港幣": "HKD",
    "HK$": "HKD", "欧元": "EUR", "歐元": "EUR", "€": "EUR", "英镑": "GBP", "英鎊": "GBP",
    "£": "GBP", "日元": "JPY", "日圆": "JPY", "日圓": "JPY", "新台币": "TWD", "新臺幣": "TWD",
    "NT$": "TWD", "韩元": "KRW", "₩": "KRW", "澳元": "AUD", "加元": "CAD", "新加坡元": "SGD",
    "瑞士法郎": "CHF", "泰铢": "THB", "฿": "THB", "₹": "INR", "Rs": "INR", "Rs.": "INR",
    "Rp": "IDR", "RM": "MYR", "R$": "BRL", "₫": "VND",
    "₱": "PHP", "₽": "RUB", "RUR": "RUB", "円": "JPY", "EURO": "EUR", "S$": "SGD", "CA$": "CAD",
    "C$": "CAD", "A$": "AUD", "AU$": "AUD",
    "NZ$": "NZD", "MX$": "MXN",
}  # fmt: skip


_DOLLARS = """
USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD
ARS CLP COP CUP DOP MXN UYU
"""
DOLLARS = frozenset(_DOLLARS.split())  # that a bare $ may stand for


def currency(word: str) -> str:
    """The ISO code that a cell stands for; "" when it is none that is known."""
    code = word.strip().upper()
    return code if code in _CODES else _WORDS.get(word.strip(), _WORDS.get(code, ""))


def is_code(text: str) -> bool:
    """Whether the text is a currency's code as it stands."""
    return text in _CODES
