"""Bringing a database to the newest schema; safe to run from several hosts at once."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from app.kernel.database import driver_url
from app.kernel.settings import PROJECT_ROOT

LOCK = 0x6B656675  # "kefu"


def migrate(database_url: str) -> None:
    """Upgrades to the newest revision under an advisory lock, so that only one of many starters does it."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    engine = create_engine(driver_url(database_url))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()
    finally:
        engine.dispose()
