using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Backups;

/// <summary>
/// Reads a backup line by line. It may come from anywhere: names and kinds are held against the tables of this release, and whether it is
/// whole is known at its end only, so it is read through once before anything of it is used. Throws <see cref="BackupException"/>.
/// </summary>
internal sealed class BackupReader(Stream from)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _line;

    /// <summary>Reads all of it; hands over each row with its table.</summary>
    public BackupSummary Read(Action<SqlTable, SqlValue[]> take)
    {
        try
        {
            using var lines = new LineReader(new GZipStream(from, CompressionMode.Decompress, leaveOpen: true));
            return Read(lines, take);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new BackupException(_line == 0 ? "this is no backup of reeve" : "it is cut off, or damaged", e);
        }
        finally
        {
            _hash.Dispose();
        }
    }

    private BackupSummary Read(LineReader lines, Action<SqlTable, SqlValue[]> take)
    {
        var head = Next(lines);
        if (head.ValueKind != JsonValueKind.Object || head.Whole("reeve_backup") is not { } version)
        {
            throw new BackupException("this is no backup of reeve");
        }

        if (version != BackupFormat.Version || head.Whole("schema") is not { } schema || !head.TryGetProperty("taken_at", out var at)
            || !at.TryGetDateTimeOffset(out var takenAt))
        {
            throw new BackupException($"it is a backup of version {version}, which this release does not read");
        }

        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        SqlTable? table = null;
        while (true)
        {
            var sum = Convert.ToHexStringLower(_hash.GetCurrentHash());
            var line = Next(lines);
            if (line.ValueKind == JsonValueKind.Array && table is not null)
            {
                take(table, Row(table, line));
                counts[table.Name]++;
            }
            else if (line.ValueKind == JsonValueKind.Object && line.Text("table") is { } name)
            {
                table = Table(name, line);
                counts.Add(table.Name, 0);
            }
            else if (line.ValueKind == JsonValueKind.Object && line.TryGetProperty("end", out _))
            {
                return line.Text("sha256") == sum
                    ? new BackupSummary(schema, takenAt, counts)
                    : throw new BackupException("it was changed after it was written: its check sum is another");
            }
            else
            {
                throw Odd("expected a table, a row or the end");
            }
        }
    }

    private JsonElement Next(LineReader lines)
    {
        var text = lines.Next() ?? throw new EndOfStreamException();
        _line++;
        _hash.AppendData(text.Span);
        try
        {
            var reader = new Utf8JsonReader(text.Span);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            throw _line == 1 ? new BackupException("this is no backup of reeve") : Odd("expected JSON");
        }
    }

    private SqlTable Table(string name, JsonElement line)
    {
        if (!BackupFormat.Tables.TryGetValue(name, out var table))
        {
            throw Odd($"this release has no table {Quote.Text(name)}");
        }

        var said = line.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array
            ? columns.EnumerateArray().Select(c => c.GetRawText()).ToList()
            : [];
        var known = table.Columns.ToDictionary(c => $"[\"{c.Name}\",\"{BackupFormat.KindOf(c)}\"]", StringComparer.Ordinal);
        var kept = said.Select(s => known.GetValueOrDefault(s) ?? throw Odd($"table `{name}` has no column {Quote.Text(s)}")).ToArray();

        // columns that came with a later release are filled by its migrations
        return kept.Length >= table.Key.Count && kept[..table.Key.Count].SequenceEqual(table.Key) && kept.Distinct().Count() == kept.Length
            ? new SqlTable(name, table.Key.Count, appendOnly: true, kept)
            : throw Odd($"table `{name}` lacks columns of its key");
    }

    private SqlValue[] Row(SqlTable table, JsonElement line)
    {
        if (line.GetArrayLength() != table.Columns.Count)
        {
            throw Odd(string.Create(
                CultureInfo.InvariantCulture,
                $"a row of `{table.Name}` has {table.Columns.Count} values, this one {line.GetArrayLength()}"));
        }

        var row = new SqlValue[table.Columns.Count];
        for (var i = 0; i < row.Length; i++)
        {
            var value = line[i];
            row[i] = (value.ValueKind, table.Columns[i].Kind) switch
            {
                (JsonValueKind.Null, _) => default,
                (JsonValueKind.Number, SqlKind.Whole) when value.TryGetInt64(out var whole) => whole,
                (JsonValueKind.String, SqlKind.Text) => value.GetString(),
                _ => throw Odd($"`{table.Name}.{table.Columns[i].Name}` cannot be {Quote.Value(value)}"),
            };
        }

        return row;
    }

    private BackupException Odd(string what) => new($"{BackupFormat.Line(_line)}: {what}");

    /// <summary>Parts a stream into lines, each with its end.</summary>
    private sealed class LineReader(Stream from) : IDisposable
    {
        private byte[] _buffer = new byte[64 * 1024];
        private int _start;
        private int _end;

        public ReadOnlyMemory<byte>? Next()
        {
            var searched = _start;
            while (true)
            {
                var at = Array.IndexOf(_buffer, (byte)'\n', searched, _end - searched);
                if (at >= 0)
                {
                    var line = _buffer.AsMemory(_start, at + 1 - _start);
                    _start = at + 1;
                    return line;
                }

                searched = _end;
                if (_end == _buffer.Length)
                {
                    searched -= _start;
                    Make();
                }

                var read = from.Read(_buffer, _end, _buffer.Length - _end);
                if (read == 0)
                {
                    return null;
                }

                _end += read;
            }
        }

        public void Dispose() => from.Dispose();

        private void Make()
        {
            var length = _end - _start;
            if (length > BackupFormat.LongestLine)
            {
                throw new InvalidDataException("a line is too long");
            }

            var larger = length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            Array.Copy(_buffer, _start, larger, 0, length);
            _buffer = larger;
            _start = 0;
            _end = length;
        }
    }
}
