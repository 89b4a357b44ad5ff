namespace Reeve.Languages.Rego.Builtins;

/// <summary>
/// Globs of <c>regex.globs_match</c>: characters, <c>.</c>, sets as <c>[a-z]</c>, each of which <c>+</c> or <c>*</c> may follow, and
/// escapes. Two of them are searched for a common text.
/// </summary>
internal sealed class GlobPair
{
    private const int MostStates = 1_000_000;

    private const int LastRune = 0x10FFFF;

    private readonly List<Step> _one;
    private readonly List<Step> _other;

    private GlobPair(List<Step> one, List<Step> other) => (_one, _other) = (one, other);

    /// <summary>True when some text that is not empty matches both; fails when one of them is no glob.</summary>
    public static bool Meet(string one, string other, Action check)
    {
        var pair = new GlobPair(Read(one), Read(other));
        return (long)(pair._one.Count + 1) * (pair._other.Count + 1) <= MostStates
            ? pair.Search(check)
            : throw Operand.Failed("regex.globs_match: the globs are too long");
    }

    /// <summary>Walks the pairs of places that one text can lead to in both.</summary>
    private bool Search(Action check)
    {
        var width = _other.Count + 1;
        var seen = new bool[(_one.Count + 1) * width * 2];
        var open = new Stack<(int I, int J, bool Read)>();
        void Go(int i, int j, bool read)
        {
            ref var known = ref seen[(i * width + j) * 2 + (read ? 1 : 0)];
            if (!known)
            {
                known = true;
                open.Push((i, j, read));
            }
        }

        Go(0, 0, false);
        for (var round = 1; open.TryPop(out var at); round++)
        {
            if (round % 1024 == 0)
            {
                check();
            }

            var (i, j, read) = at;
            if (i == _one.Count && j == _other.Count && read)
            {
                return true;
            }

            if (i < _one.Count && _one[i].Repeats)
            {
                Go(i + 1, j, read);
            }

            if (j < _other.Count && _other[j].Repeats)
            {
                Go(i, j + 1, read);
            }

            if (i < _one.Count && j < _other.Count && _one[i].Meets(_other[j]))
            {
                Go(_one[i].Repeats ? i : i + 1, _other[j].Repeats ? j : j + 1, true);
            }
        }

        return false;
    }

    private static List<Step> Read(string text)
    {
        var runes = text.EnumerateRunes().Select(rune => rune.Value).ToArray();
        var steps = new List<Step>(runes.Length);
        for (var at = 0; at < runes.Length;)
        {
            List<(int From, int To)> ranges;
            switch (runes[at])
            {
                case '.':
                    ranges = [(0, LastRune)];
                    at++;
                    break;
                case '[':
                    at++;
                    ranges = Set(text, runes, ref at);
                    break;
                case ']':
                    throw Wrong(text, at + 1, "set-close ']' with no preceding '['");
                case '+' or '*':
                    throw Wrong(text, at + 1, $"flag '{(char)runes[at]}' must be preceded by a non-flag");
                default:
                    var rune = Rune(text, runes, ref at, out _);
                    ranges = [(rune, rune)];
                    break;
            }

            var flag = at < runes.Length && runes[at] is '+' or '*' ? runes[at++] : 0;
            if (flag != '*')
            {
                steps.Add(new(ranges, false));
            }

            if (flag != 0)
            {
                steps.Add(new(ranges, true));
            }
        }

        return steps;
    }

    private static List<(int From, int To)> Set(string text, int[] runes, ref int at)
    {
        var ranges = new List<(int From, int To)>();
        int? start = null;
        for (var open = false; ;)
        {
            if (at == runes.Length)
            {
                throw Wrong(text, at, "found [ without matching ]");
            }

            var place = at;
            var rune = Rune(text, runes, ref at, out var escaped);
            if (rune == ']' && !escaped)
            {
                if (open)
                {
                    throw Wrong(text, place, $"range '{char.ConvertFromUtf32(start!.Value)}-' needs to be followed by a character");
                }

                return ranges.Count > 0 ? ranges : throw Wrong(text, place, "set must not be empty");
            }

            if (rune == '-' && !escaped)
            {
                open = start is not null && !open
                    ? true
                    : throw Wrong(text, place, "range character '-' must be preceded by a Unicode character");
            }
            else if (open)
            {
                ranges[^1] = start <= rune
                    ? (start!.Value, rune)
                    : throw Wrong(text, place, $"range '{char.ConvertFromUtf32(start!.Value)}-{char.ConvertFromUtf32(rune)}' is reversed");
                (start, open) = (null, false);
            }
            else
            {
                ranges.Add((rune, rune));
                start = rune;
            }
        }
    }

    private static int Rune(string text, int[] runes, ref int at, out bool escaped)
    {
        escaped = runes[at] == '\\';
        if (escaped && ++at == runes.Length)
        {
            throw Wrong(text, at - 1, @"input ends with a \ (escape) character");
        }

        return runes[at++];
    }

    private static BuiltinException Wrong(string text, int at, string problem) =>
        Operand.Failed($"input:{text}, pos:{at}, {problem}: the input provided is invalid");

    private sealed record Step(List<(int From, int To)> Ranges, bool Repeats)
    {
        public bool Meets(Step other)
        {
            foreach (var (from, to) in Ranges)
            {
                foreach (var (start, end) in other.Ranges)
                {
                    if (from <= end && start <= to)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
