using Microsoft.Win32.SafeHandles;

namespace Reeve.Languages.Data.Rows;

/// <summary>
/// Where the rows of long lists are: packed in memory as long as there is room, then in one file without a name, which is gone when the
/// spool is closed or the process ends, however it ends. May be used by several threads.
/// </summary>
public sealed class RowSpool : IDisposable
{
    /// <summary>Lists of more rows are packed.</summary>
    public const int Few = 1000;

    /// <summary>The size of what is kept at once, bytes.</summary>
    internal const int ChunkSize = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _inMemory;
    private readonly long _most;
    private FileStream? _file;
    private bool _isClosed;

    /// <summary>A spool with nothing in it; the file is made when it is needed.</summary>
    /// <param name="folder">Where the file is; null: the temporary folder.</param>
    /// <param name="inMemory">The bytes that stay in memory; 64 MiB by default, 0 keeps all in the file.</param>
    /// <param name="most">The most bytes in all; 64 GiB by default.</param>
    public RowSpool(string? folder = null, long inMemory = 64L << 20, long most = 64L << 30)
    {
        _folder = folder ?? Path.GetTempPath();
        _inMemory = inMemory;
        _most = most;
    }

    /// <summary>The bytes in memory.</summary>
    public long InMemory { get; private set; }

    /// <summary>The bytes in the file.</summary>
    public long OnDisk { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _file?.Dispose();
            _file = null;
        }
    }

    /// <exception cref="RowSpaceException">There is no room.</exception>
    internal RowChunk Keep(ReadOnlySpan<byte> lines, int first, int rows)
    {
        long offset;
        SafeFileHandle file;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (InMemory + OnDisk + lines.Length > _most)
            {
                throw new RowSpaceException($"its rows would take more than the {_most >> 20} MiB that an evaluation may have");
            }

            if (InMemory + lines.Length <= _inMemory)
            {
                InMemory += lines.Length;
                return new RowChunk(first, rows, lines.Length, lines.ToArray(), 0);
            }

            file = (_file ??= Open()).SafeFileHandle;
            offset = OnDisk;
            OnDisk += lines.Length;
        }

        try
        {
            RandomAccess.Write(file, lines, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(e);
        }

        return new RowChunk(first, rows, lines.Length, null, offset);
    }

    /// <summary>The lines of a chunk; in <paramref name="room"/>, which grows when it has to, when they come from the file.</summary>
    internal ReadOnlyMemory<byte> Read(RowChunk chunk, ref byte[] room)
    {
        if (chunk.Bytes is { } bytes)
        {
            return bytes;
        }

        SafeFileHandle file;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            file = _file!.SafeFileHandle;
        }

        if (room.Length < chunk.Length)
        {
            room = new byte[Math.Max(chunk.Length, ChunkSize + (ChunkSize / 8))];
        }

        for (var read = 0; read < chunk.Length;)
        {
            var count = RandomAccess.Read(file, room.AsSpan(read, chunk.Length - read), chunk.Offset + read);
            read += count > 0 ? count : throw new RowSpaceException($"the file of the rows in `{_folder}` has become shorter");
        }

        return room.AsMemory(0, chunk.Length);
    }

    private FileStream Open()
    {
        var path = Path.Combine(_folder, $"reeve-rows-{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Delete,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);

            // from here on it has no name: nobody else finds it, and nothing of it stays
            File.Delete(path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(e);
        }
    }

    private RowSpaceException NoRoom(Exception e) => new(
        $"there is no room for its rows in the temporary folder `{_folder}`: {e.Message.TrimEnd('.')}; make room there, or set `TMPDIR` "
        + "to another folder");
}
