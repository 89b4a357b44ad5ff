using System.Globalization;

namespace Reeve.Storage.Records;

/// <summary>The place of a record in the order of its kind, as a client hands it back.</summary>
internal readonly record struct RecordCursor(long At, string Id)
{
    public override string ToString() =>
        Id.Length == 0 ? At.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{At}.{Id}");

    public static bool TryRead(string text, bool isNumbered, out RecordCursor cursor)
    {
        var dot = isNumbered ? text.Length : text.IndexOf('.', StringComparison.Ordinal);
        cursor = default;
        if (dot < 0 || !long.TryParse(text.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at))
        {
            return false;
        }

        cursor = new RecordCursor(at, isNumbered ? "" : text[(dot + 1)..]);
        return true;
    }
}
