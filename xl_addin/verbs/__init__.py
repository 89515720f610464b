"""The command line's verbs, one module each: ``arguments(parser)`` and ``run(options)``."""
