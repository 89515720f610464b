"""The engine and the application, as xlwings sees them."""

import xlwings as xw
from xlwings import base_classes

from tests.live.calc.books import Books
from tests.live.calc.office import Office
from tests.live.calc.wire import WIRE

NAME = "libreoffice"


class Engine:
    """What ``xw.engines`` holds."""

    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps()


class Apps(base_classes.Apps):
    """The applications started here."""

    def __init__(self) -> None:
        self.started: list[App] = []

    def keys(self):
        return [app.pid for app in self.started]

    def add(self, spec=None, add_book=None, xl=None, visible=None):
        app = App()
        self.started.insert(0, app)
        return app

    @staticmethod
    def cleanup():
        pass

    def __iter__(self):
        return iter(self.started)

    def __len__(self):
        return len(self.started)

    def __getitem__(self, pid):
        return next(app for app in self.started if app.pid == pid)


def _state(name: str):
    """A setting of the application that is only kept."""
    return property(
        lambda self: getattr(self, f"_{name}"), lambda self, value: self._set(name, value)
    )


class App(base_classes.App):
    """One soffice in the place of one Excel."""

    def __init__(self, context=None, pid: int = 0) -> None:
        self.office = None
        if context is None:
            self.office = Office()
            context, pid = self.office.context, self.office.process.pid
        self._pid = pid
        self.desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        self.books = Books(self)
        self.said: list[str] = []
        self.reset()

    books = None  # set in __init__; the base class has a property

    def reset(self) -> None:
        """The state of an application that nobody has touched."""
        self._screen_updating, self._enable_events, self._calculation = True, True, "automatic"
        self._status_bar: str | bool = False
        self._name = "Microsoft Excel"
        self.state_log: list[tuple[str, object]] = []

    engine = property(lambda _: ENGINE)
    api = property(lambda self: self)
    xl = api
    pid = property(lambda self: self._pid)
    hwnd = property(lambda _: 0)
    version = property(lambda _: "16.0")
    path = property(lambda _: "")
    visible = property(lambda _: False, lambda _, __: None)
    display_alerts = property(lambda _: False, lambda _, __: None)
    interactive = property(lambda _: True, lambda _, __: None)

    def _set(self, name: str, value: object) -> None:
        WIRE.call("state")
        setattr(self, f"_{name}", value)
        self.state_log.append((name, value))
        if name == "calculation":
            for book in self.books:
                book.document.enableAutomaticCalculation(value == "automatic")
        if name == "screen_updating":
            for book in self.books:
                book.hold(held=not value)

    screen_updating = _state("screen_updating")
    enable_events = _state("enable_events")
    calculation = _state("calculation")
    status_bar = _state("status_bar")

    def calculate(self):
        for book in self.books:
            book.document.calculateAll()

    def activate(self, steal_focus=False):
        pass

    def alert(self, prompt, title, buttons, mode, callback):
        self.said.append(prompt)
        return "ok"

    @property
    def selection(self):
        active = self.books.active
        return active.selected if active else None

    def quit(self):
        for book in list(self.books):
            book.close()
        self.kill()

    def kill(self):
        if self.office:
            self.office.stop()
        if self in ENGINE.apps.started:
            ENGINE.apps.started.remove(self)


ENGINE = Engine()


def register() -> None:
    """Makes this the engine that xlwings uses."""
    if NAME not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines.active = xw.engines[NAME]
