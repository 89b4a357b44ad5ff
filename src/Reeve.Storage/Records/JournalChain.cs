using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>
/// Numbers the journal's entries and chains them: each hash is SHA-256 over the previous hash (64 characters; zeros before the first)
/// and the entry's body, both as UTF-8.
/// </summary>
internal static class JournalChain
{
    /// <summary>Appends inside the transaction, so that what is undone takes its numbers with it.</summary>
    public static void Append(ISqlSession session, IReadOnlyList<JournalRow> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        // INVARIANT: this process alone writes, so the head that the last commit left is the head.
        var head = session.Memo as JournalHead ?? ReadHead(session);
        foreach (var entry in entries)
        {
            head = new JournalHead(head.Sequence + 1, Hash(head.Hash, entry.Body));
            session.Put(Tables.Journal, entry.As(head));
        }

        session.Memo = head;
    }

    /// <summary>Reads all from the first, until one does not fit.</summary>
    public static JournalCheck Verify(ISqlReader reader)
    {
        var head = JournalHead.Empty;
        string? problem = null;
        reader.Query("SELECT seq, body, hash FROM journal ORDER BY seq", [], row =>
        {
            if (problem is not null)
            {
                return;
            }

            var expected = head.Sequence + 1;
            var hash = Hash(head.Hash, row.Bytes(1));
            problem = row.Whole(0) != expected
                ? string.Create(CultureInfo.InvariantCulture, $"entry {expected} is missing: {row.Whole(0)} follows {head.Sequence}")
                : row.Text(2) != hash
                    ? string.Create(
                        CultureInfo.InvariantCulture, $"entry {expected} does not fit its hash: it, or one before it, was changed")
                    : null;
            head = problem is null ? new JournalHead(expected, hash) : head;
        });
        return new JournalCheck(head.Sequence, head.Hash, problem);
    }

    private static JournalHead ReadHead(ISqlSession session)
    {
        var head = JournalHead.Empty;
        session.Query(
            "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [], row => head = new JournalHead(row.Whole(0), row.Text(1)));
        return head;
    }

    private static string Hash(string previous, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.ASCII.GetBytes(previous));
        sha.AppendData(body);
        sha.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash);
    }
}
