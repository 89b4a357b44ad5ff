namespace Reeve.Languages.Data;

/// <summary>Strings in the order of their code points.</summary>
internal static class CodePoints
{
    public static int Compare(string one, string other)
    {
        var length = Math.Min(one.Length, other.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (one[i], other[i]);
            if (a != b)
            {
                // the halves of a pair stand for what is above all that one unit can say
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
            }
        }

        return one.Length.CompareTo(other.Length);
    }
}
