r"""The part of the Windows registry that an installation reads and changes, behind a small door.

A key is written as ``HKCU\Software\…``.  Only HKCU is ever changed.
"""

import sys
from typing import Any, Protocol

TEXT, EXPANDABLE, NUMBER = 1, 2, 4  # REG_SZ, REG_EXPAND_SZ, REG_DWORD


class Registry(Protocol):
    """Reads any key and changes those of the user."""

    def values(self, key: str) -> dict[str, tuple[Any, int]]:
        """Every value of a key with its kind, by name; empty where there is no such key."""

    def write(self, key: str, name: str, value: str, kind: int) -> None:
        """Sets a value, making the key if need be."""

    def delete(self, key: str, name: str) -> None:
        """Takes a value away."""

    def delete_empty(self, key: str) -> None:
        """Takes a key away if it holds nothing any more."""

    def tell_environment(self) -> None:
        """Tells running programs that the user's environment changed."""


def value_of(registry: Registry, key: str, name: str) -> Any:
    """One value, or None."""
    return registry.values(key).get(name, (None, 0))[0]


def windows_registry() -> Registry:
    """The registry of this machine.

    Raises:
        OSError: this is not Windows.
    """
    if sys.platform == "win32":
        return _windows()
    raise OSError("only Windows has a registry")


def _windows() -> Registry:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - not on every system
        import winreg  # noqa: PLC0415

        roots = {
            "HKCU": winreg.HKEY_CURRENT_USER,
            "HKLM": winreg.HKEY_LOCAL_MACHINE,
            "HKCR": winreg.HKEY_CLASSES_ROOT,
        }

        def divided(key: str) -> tuple[int, str]:
            root, _, rest = key.partition("\\")
            return roots[root], rest

        class WindowsRegistry:
            def values(self, key: str) -> dict[str, tuple[Any, int]]:
                try:
                    with winreg.OpenKey(*divided(key)) as opened:
                        count = winreg.QueryInfoKey(opened)[1]
                        found = [winreg.EnumValue(opened, n) for n in range(count)]
                except OSError:
                    return {}
                return {name: (value, kind) for name, value, kind in found}

            def write(self, key: str, name: str, value: str, kind: int) -> None:
                with winreg.CreateKey(*divided(key)) as opened:
                    winreg.SetValueEx(opened, name, 0, kind, value)

            def delete(self, key: str, name: str) -> None:
                root, rest = divided(key)
                with winreg.OpenKey(root, rest, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)

            def delete_empty(self, key: str) -> None:
                try:
                    with winreg.OpenKey(*divided(key)) as opened:
                        keys, values, _ = winreg.QueryInfoKey(opened)
                except OSError:
                    return
                if not keys and not values:
                    winreg.DeleteKey(*divided(key))

            def tell_environment(self) -> None:
                everyone, setting_changed, if_hung = 0xFFFF, 0x1A, 0x2
                ctypes.windll.user32.SendMessageTimeoutW(
                    everyone, setting_changed, 0, "Environment", if_hung, 2000, None
                )

        return WindowsRegistry()
    raise OSError("only Windows has a registry")
