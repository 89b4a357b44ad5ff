using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reeve.Senlin.Rest;

/// <summary>
/// The JSON path by which one attribute is asked of every node: names with dots between, <c>['quoted']</c>, <c>[0]</c>, <c>[1:3]</c>,
/// <c>*</c> and <c>..</c>; a <c>$</c> before it changes nothing. The first value that fits counts.
/// </summary>
internal sealed class AttributePath
{
    private const int MostSteps = 16;
    private const int MostVisits = 1000;
    private readonly List<Step> _steps = [];
    private readonly string _text;
    private int _at;

    private AttributePath(string text) => _text = text;

    /// <summary>Does the path ask for what only the driver knows?</summary>
    public bool AsksDetails => _text.Contains("details", StringComparison.Ordinal);

    /// <summary>Reads a path; throws when it is none.</summary>
    public static AttributePath Read(string text)
    {
        text = text.Trim();
        if (text is "" or "None")
        {
            throw SenlinFault.BadRequest("Required path attribute is missing.");
        }

        var path = new AttributePath(text);
        path.Parse();
        return path;
    }

    /// <summary>The first value at the path; undefined when there is none.</summary>
    public JsonElement First(JsonElement root)
    {
        var visits = 0;
        return Along(root, 0).FirstOrDefault();

        IEnumerable<JsonElement> Along(JsonElement at, int step)
        {
            if (++visits > MostVisits)
            {
                yield break;
            }

            if (step == _steps.Count)
            {
                yield return at;
                yield break;
            }

            foreach (var found in (_steps[step].IsDeep ? Within(at) : [at]).SelectMany(_steps[step].Of))
            {
                foreach (var value in Along(found, step + 1))
                {
                    yield return value;
                }
            }
        }
    }

    private static IEnumerable<JsonElement> Within(JsonElement at) =>
        Children(at).SelectMany(Within).Prepend(at);

    private static IEnumerable<JsonElement> Children(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().Select(m => m.Value),
        JsonValueKind.Array => at.EnumerateArray(),
        _ => [],
    };

    private void Parse()
    {
        if (_text[_at] == '$')
        {
            _at++;
        }

        while (_at < _text.Length)
        {
            var isFirst = _at == 0;
            var isDeep = Takes("..");
            if (!isDeep && _text[_at] != '[' && !Takes(".") && !isFirst)
            {
                throw Wrong();
            }

            _steps.Add((_at < _text.Length && _text[_at] == '[' ? Bracket() : Plain()) with { IsDeep = isDeep });
            if (_steps.Count > MostSteps)
            {
                throw SenlinFault.Refused($"Invalid attribute path - more than {MostSteps} steps");
            }
        }
    }

    private Step Plain()
    {
        if (Takes("*"))
        {
            return new Step(Children, false);
        }

        var name = _at < _text.Length && _text[_at] is '\'' or '"' ? Quoted() : Word();
        return Named(name);
    }

    private Step Bracket()
    {
        _at++;
        Step step;
        if (Takes("*"))
        {
            step = new Step(Children, false);
        }
        else if (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '-' or ':'))
        {
            step = Numbered();
        }
        else
        {
            step = Plain();
        }

        return Takes("]") ? step : throw Wrong();
    }

    private Step Numbered()
    {
        var from = Number();
        if (!Takes(":"))
        {
            return from is { } index
                ? new Step(at => at.ValueKind == JsonValueKind.Array && Place(index, at) is var i && i >= 0 && i < at.GetArrayLength()
                    ? [at[i]] : [], false)
                : throw Wrong();
        }

        var to = Number();
        return new Step(
            at => at.ValueKind == JsonValueKind.Array
                ? at.EnumerateArray().Take(Place(to ?? int.MaxValue, at)).Skip(Place(from ?? 0, at))
                : [],
            false);
    }

    // counted from the end when it is below zero
    private static int Place(int index, JsonElement array) => index < 0 ? index + array.GetArrayLength() : index;

    private int? Number()
    {
        var begin = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '-' && _at == begin)))
        {
            _at++;
        }

        return begin == _at ? null
            : int.TryParse(_text.AsSpan(begin, _at - begin), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong();
    }

    private string Word()
    {
        var begin = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '-' or '@' or ':'))
        {
            _at++;
        }

        return _at > begin ? _text[begin.._at] : throw Wrong();
    }

    private string Quoted()
    {
        var quote = _text[_at++];
        var said = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            said.Append(_text[_at++]);
        }

        return Takes(quote.ToString()) ? said.ToString() : throw Wrong();
    }

    private static Step Named(string name) => new(
        at => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) ? [value] : [], false);

    private bool Takes(string sign)
    {
        if (!_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
        {
            return false;
        }

        _at += sign.Length;
        return true;
    }

    private SenlinFault Wrong() => SenlinFault.Refused(
        _at < _text.Length
            ? $"Invalid attribute path - unexpected `{_text[_at]}` at column {_at + 1} of `{_text}`"
            : $"Invalid attribute path - `{_text}` ends too early");

    private sealed record Step(Func<JsonElement, IEnumerable<JsonElement>> Of, bool IsDeep);
}
