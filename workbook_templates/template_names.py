"""What the template of each language is called; apart, so that the installer need not build one."""

from recon_engine.messages import Language

TEMPLATES = {
    Language.EN: "Monthly Close.xltx",
    Language.ZH_HANS: "Monthly Close 月结.xltx",
    Language.ZH_HANT: "Monthly Close 月結.xltx",
}
