using System.Formats.Tar;
using System.IO.Compression;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Takes the files out of a bundle's packed archive (tar and gzip), or out of a folder.</summary>
public static class BundleArchive
{
    /// <summary>
    /// The files of an archive, in its order. Links and devices are left out; a path that leads out of the bundle, a file twice
    /// and more than the limits allow are refused with a <see cref="BundleException"/>.
    /// </summary>
    public static IReadOnlyList<BundleFile> Read(Stream packed, BundleLimits limits)
    {
        var files = new List<BundleFile>();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var unpacked = new LimitedStream(new GZipStream(packed, CompressionMode.Decompress), Overall(limits));
            using var tar = new TarReader(unpacked);
            var entries = 0;
            while (tar.GetNextEntry(copyData: false) is { } entry)
            {
                if (++entries > limits.MaxEntries)
                {
                    throw new BundleException($"the bundle has more than {limits.MaxEntries} entries");
                }

                var path = Clean(entry.Name);
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
                    || path.Length == 0)
                {
                    continue;
                }

                if (!paths.Add(path))
                {
                    throw new BundleException($"the bundle has the file `{path}` twice");
                }

                files.Add(new BundleFile(path, Content(entry, path, limits)));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException
            or NotSupportedException or OverflowException)
        {
            throw new BundleException($"the bundle is no packed archive (tar and gzip): {e.Message.TrimEnd('.')}", e);
        }

        return files;
    }

    /// <summary>The files below a folder, in order of their paths; hidden folders and links are left out.</summary>
    public static IReadOnlyList<BundleFile> ReadFolder(string folder, BundleLimits limits)
    {
        var files = new List<BundleFile>();
        var total = 0L;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (path.Split('/')[..^1].Any(part => part.StartsWith('.')))
            {
                continue;
            }

            total += new FileInfo(file).Length;
            if (total > limits.MaxBytes || files.Count >= limits.MaxEntries)
            {
                throw new BundleException($"`{folder}` holds more than a bundle may: {limits.MaxBytes} bytes, {limits.MaxEntries} files");
            }

            files.Add(new BundleFile(path, File.ReadAllBytes(file)));
        }

        return files;
    }

    // a tar has headers and padding beside its files
    private static long Overall(BundleLimits limits) =>
        limits.MaxBytes > long.MaxValue / 2 ? long.MaxValue : limits.MaxBytes + 1024L * limits.MaxEntries + 10240;

    private static string Clean(string name)
    {
        var path = name.Replace('\\', '/');
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        return parts.Contains("..") || path.Contains('\0', StringComparison.Ordinal)
            ? throw new BundleException($"the path `{name}` leads out of the bundle")
            : string.Join('/', parts);
    }

    private static byte[] Content(TarEntry entry, string path, BundleLimits limits)
    {
        if (entry.Length > limits.MaxFileBytes)
        {
            throw new BundleException($"the file `{path}` is larger than {limits.MaxFileBytes} bytes");
        }

        if (entry.DataStream is null)
        {
            return [];
        }

        // what a header says of a length is believed only as far as the bytes follow
        using var content = new MemoryStream((int)Math.Min(entry.Length, 1 << 20));
        entry.DataStream.CopyTo(content);
        return content.ToArray();
    }

    // refuses to give more than the bundle may be: what unpacks to a thousand times its size is not kept
    private sealed class LimitedStream(Stream inner, long limit) : Stream
    {
        private long _left = limit;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(int read)
        {
            _left -= read;
            return _left >= 0 ? read : throw new BundleException("the bundle unpacks to more than it may");
        }
    }
}
