"""What the storage room needs to be told. Times are `timedelta`; secrets never show in a repr."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(_Frozen):
    """`dsn` empty: the keeper's own PostgreSQL; whoever starts it puts its address here."""

    dsn: SecretStr | None = None  # postgresql://user:password@host:port/name
    pool_min: int = Field(default=0, ge=0)
    pool_max: int = Field(default=10, ge=1)
    connect_within: timedelta = timedelta(seconds=5)
    command_within: timedelta = timedelta(seconds=10)
    idle_for: timedelta = timedelta(minutes=5)  # an older idle connection is closed by us first
    lock_within: timedelta = timedelta(seconds=5)  # of migrations: rather fail than queue


class ValkeySettings(_Frozen):
    """Valkey holds only what can be rebuilt, so every wait on it is short."""

    url: SecretStr | None = None  # redis://:password@host:port/0
    connect_within: timedelta = timedelta(milliseconds=500)
    reply_within: timedelta = timedelta(milliseconds=500)
    keep_floor: timedelta = timedelta(minutes=1)  # a floor copy nobody renews disappears


class JournalSettings(_Frozen):
    """The journal's file and its way to PostgreSQL (architecture §4)."""

    sync_within: timedelta = Field(default=timedelta(milliseconds=20), le=timedelta(seconds=1))
    segment_bytes: int = Field(default=256 * 1024 * 1024, ge=4096)
    # Given up when the disk is full: room for the facts of some 8,000 calls in progress.
    reserve_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
    ship_batch: int = Field(default=1000, ge=1, le=10_000)
    # Facts gather before they are shipped, and shipped ones before they are projected: a round to
    # PostgreSQL costs us the same for one as for a hundred.
    ship_every: timedelta = Field(default=timedelta(milliseconds=100), le=timedelta(seconds=1))
    project_every: timedelta = Field(default=timedelta(milliseconds=200), le=timedelta(seconds=1))
    retry_first: timedelta = timedelta(milliseconds=200)
    retry_at_most: timedelta = timedelta(seconds=10)
    keep_shipped: timedelta = timedelta(days=7)
    months_ahead: int = Field(default=2, ge=1, le=24)
    poll_every: timedelta = timedelta(seconds=2)  # projections: the fallback when nobody wakes them
