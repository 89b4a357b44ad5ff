using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Backups;

/// <summary>Writes what one snapshot of a database holds.</summary>
internal sealed class BackupWriter : IDisposable
{
    private const int Often = 10_000;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly GZipStream _out;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Action<string, long> _progress;

    public BackupWriter(Stream to, Action<string, long> progress)
    {
        _out = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        _progress = progress;
    }

    public BackupSummary Write(ISqlReader reader, int schema, DateTimeOffset now)
    {
        WriteLine(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("reeve_backup", BackupFormat.Version);
            writer.WriteNumber("schema", schema);
            writer.WriteString("taken_at", now);
            writer.WriteEndObject();
        });
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in BackupFormat.Tables.Values)
        {
            counts[table.Name] = Write(reader, table);
        }

        var sum = Convert.ToHexStringLower(_hash.GetHashAndReset());
        WriteLine(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("end", true);
            writer.WriteNumber("rows", counts.Values.Sum());
            writer.WriteString("sha256", sum);
            writer.WriteEndObject();
        });
        _out.Flush();
        return new BackupSummary(schema, now, counts);
    }

    public void Dispose()
    {
        _out.Dispose();
        _hash.Dispose();
    }

    private long Write(ISqlReader reader, SqlTable table)
    {
        WriteLine(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("table", table.Name);
            writer.WriteStartArray("columns");
            foreach (var column in table.Columns)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(column.Name);
                writer.WriteStringValue(BackupFormat.KindOf(column));
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        long rows = 0;
        var names = string.Join(", ", table.Columns.Select(c => c.Name));
        var key = string.Join(", ", table.Key.Select(c => c.Name));
        reader.Query($"SELECT {names} FROM {table.Name} ORDER BY {key}", [], row =>
        {
            WriteLine(writer => Write(writer, table, row));
            if (++rows % Often == 0)
            {
                _progress(table.Name, rows);
            }
        });
        _progress(table.Name, rows);
        return rows;
    }

    private static void Write(Utf8JsonWriter writer, SqlTable table, ISqlRow row)
    {
        writer.WriteStartArray();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (row.IsNull(i))
            {
                writer.WriteNullValue();
            }
            else if (table.Columns[i].Kind == SqlKind.Whole)
            {
                writer.WriteNumberValue(row.Whole(i));
            }
            else
            {
                writer.WriteStringValue(row.Bytes(i));
            }
        }

        writer.WriteEndArray();
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line, Options))
        {
            write(writer);
        }

        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        _out.Write(_line.WrittenSpan);
    }
}
