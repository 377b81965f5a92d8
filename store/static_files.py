"""How `collectstatic` hashes and compresses the files that the shop serves by itself."""

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickCompressor(Compressor):
    """Brotli at quality 9: a fifth of the time of 11, for files that are 4 % larger (measured on Wagtail's)."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return brotli.compress(data, quality=9)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names that may be kept for ever, beside them a brotli and a gzip of each."""

    def create_compressor(self, **options) -> Compressor:
        return QuickCompressor(**options)
