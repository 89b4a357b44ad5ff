using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>An entry on its way: all but its number and its hash, which it gets inside the transaction.</summary>
internal sealed class JournalRow
{
    private readonly SqlValue[] _row;

    private JournalRow(SqlValue[] row, byte[] body)
    {
        _row = row;
        Body = body;
    }

    /// <summary>The entry's body as it is kept and hashed.</summary>
    public byte[] Body { get; }

    public static JournalRow Of(JournalEntry entry)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(entry, CoreJson.Default.JournalEntry);
        SqlValue[] row =
        [
            default, entry.Scope.Tenant, entry.Scope.Project, entry.At, entry.Kind, entry.Target, entry.Binding, entry.Incident?.Value,
            entry.Episode?.Value, entry.Execution?.Value, Encoding.UTF8.GetString(body), default,
        ];
        return new JournalRow(row, body);
    }

    /// <summary>The row as number so-and-so of the chain.</summary>
    public SqlValue[] As(JournalHead head)
    {
        _row[0] = head.Sequence;
        _row[^1] = head.Hash;
        return _row;
    }
}
