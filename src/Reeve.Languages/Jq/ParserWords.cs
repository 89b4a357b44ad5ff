using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>The reading of single words and marks.</summary>
internal sealed partial class Parser
{
    private Literal FieldName() => new(Word(true)!);

    private bool FieldFollows(int at) => at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_');

    private bool NextIs(int at, char c) => at < text.Length && text[at] == c;

    private string VariableName()
    {
        SkipSpace();
        if (!NextIs(_at, '$'))
        {
            throw Unexpected();
        }

        _at++;
        return Word(true) ?? throw Unexpected();
    }

    // a name, with `::` inside; keywords only where a name cannot be anything else
    private string? Word(bool isAny = false)
    {
        SkipSpace();
        var end = _at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'
            || (text[end] == ':' && end + 2 < text.Length && text[end + 1] == ':' && end > _at && char.IsAsciiLetter(text[end + 2]))
            || (text[end] == ':' && end > _at && text[end - 1] == ':' && end + 1 < text.Length && char.IsAsciiLetter(text[end + 1]))))
        {
            end++;
        }

        var word = text[_at..end];
        if (word.Length == 0 || char.IsAsciiDigit(word[0]) || (!isAny && _keywords.Contains(word)))
        {
            return null;
        }

        _at = end;
        return word;
    }

    /// <summary>The mark or the word that comes next, or an empty text at the end.</summary>
    private string Peek()
    {
        SkipSpace();
        if (_at == text.Length)
        {
            return "";
        }

        if (text[_at] == '"')
        {
            return "\"";
        }

        if (FieldFollows(_at))
        {
            var before = _at;
            var word = Word(true)!;
            _at = before;
            return word;
        }

        foreach (var mark in _marks)
        {
            if (string.CompareOrdinal(text, _at, mark, 0, mark.Length) == 0)
            {
                return mark;
            }
        }

        return text[_at].ToString();
    }

    private string TakeMark()
    {
        var mark = Peek();
        _at += mark.Length;
        return mark;
    }

    private bool Take(string mark)
    {
        if (Peek() != mark)
        {
            return false;
        }

        _at += mark.Length;
        return true;
    }

    private bool TakeWord(string word) => Take(word);

    private void Expect(string mark)
    {
        if (!Take(mark))
        {
            throw Fault($"{Found()} where `{mark}` was expected");
        }
    }

    private void ExpectWord(string word) => Expect(word);

    private void SkipSpace()
    {
        while (_at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] == '#'))
        {
            if (text[_at] == '#')
            {
                while (_at < text.Length && text[_at] != '\n')
                {
                    _at++;
                }
            }
            else
            {
                _at++;
            }
        }
    }

    private string Found()
    {
        var next = Peek();
        return next.Length == 0 ? "the program ends" : $"there is `{next}`";
    }

    private ExpressionFault Unexpected() => Fault($"{Found()} where it means nothing");

    private ExpressionFault Fault(string message) => new(_at + 1, message);
}
