using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.GoTemplate;

/// <summary>Text to a tree.</summary>
internal sealed partial class Parser
{
    private const int Deepest = 100;
    private static readonly HashSet<string> _keywords = new(StringComparer.Ordinal)
    {
        "if", "else", "end", "range", "with", "define", "block", "template", "break", "continue",
    };

    private readonly string _text;
    private readonly HashSet<string> _functions;
    private readonly List<string> _variables = ["$"];
    private int _at;
    private int _depth;
    private int _loops;
    private bool _trimsNext;

    public Parser(string text, IEnumerable<string> functions)
    {
        _text = text;
        _functions = [.. Functions.Names, .. functions];
    }

    public Dictionary<string, Block> Named { get; } = new(StringComparer.Ordinal);

    public Block Parse()
    {
        var (root, end) = Body();
        return end.Length == 0 ? root : throw Fault($"unexpected {{{{{end}}}}}");
    }

    // up to `end` or `else`, whose word is handed back with the reader behind it
    private (Block Body, string End) Body()
    {
        if (++_depth > Deepest)
        {
            throw Fault($"nested more than {Deepest} deep");
        }

        var start = _at;
        var parts = new List<Node>();
        while (true)
        {
            AddPlain(parts);
            if (_at == _text.Length)
            {
                _depth--;
                return (new Block(start, parts), "");
            }

            if (BeginAction())
            {
                var at = _at;
                var word = PeekWord();
                if (word is "end" or "else")
                {
                    _at += word.Length;
                    _depth--;
                    return (new Block(start, parts), word);
                }

                if (ActionOf(word, at) is { } node)
                {
                    parts.Add(node);
                }
            }
        }
    }

    private void AddPlain(List<Node> parts)
    {
        var open = _text.IndexOf("{{", _at, StringComparison.Ordinal);
        var end = open < 0 ? _text.Length : open;
        var text = _text[_at..end];
        text = _trimsNext ? text.TrimStart(' ', '\t', '\r', '\n') : text;
        _trimsNext = false;
        if (open >= 0 && open + 3 < _text.Length && _text[open + 2] == '-' && IsSpace(_text[open + 3]))
        {
            text = text.TrimEnd(' ', '\t', '\r', '\n');
        }

        if (text.Length > 0)
        {
            parts.Add(new Plain(_at, text));
        }

        _at = end;
    }

    // behind `{{`; false when it was a comment
    private bool BeginAction()
    {
        var open = _at;
        _at += 2;
        if (_at + 1 < _text.Length && _text[_at] == '-' && IsSpace(_text[_at + 1]))
        {
            _at += 2;
        }

        if (string.CompareOrdinal(_text, _at, "/*", 0, 2) == 0)
        {
            var close = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            if (close < 0)
            {
                _at = open;
                throw Fault("the comment has no end");
            }

            _at = close + 2;
            EndAction();
            return false;
        }

        SkipSpace();
        return true;
    }

    private void EndAction()
    {
        SkipSpace();
        if (IsSpace(_text[_at - 1]) && string.CompareOrdinal(_text, _at, "-}}", 0, 3) == 0)
        {
            _at += 3;
            _trimsNext = true;
        }
        else if (string.CompareOrdinal(_text, _at, "}}", 0, 2) == 0)
        {
            _at += 2;
        }
        else
        {
            throw Fault(_at == _text.Length ? "the action has no `}}`" : $"there is `{_text[_at]}` where `}}}}` was expected");
        }
    }

    private Node? ActionOf(string word, int at)
    {
        switch (word)
        {
            case "if" or "with":
                _at += word.Length;
                return ChoiceOf(at, word == "with");
            case "range":
                _at += word.Length;
                return RangeOf(at);
            case "define":
                if (_depth > 1)
                {
                    throw Fault("a `define` inside of another action");
                }

                _at += word.Length;
                var name = Name();
                EndAction();
                Define(name, at);
                return null;
            case "block":
                _at += word.Length;
                var block = Name();
                var value = PipelineOf();
                EndAction();
                Define(block, at);
                return new Include(at, block, value);
            case "template":
                _at += word.Length;
                var included = Name();
                SkipSpace();
                var given = AtEnd() ? null : PipelineOf();
                EndAction();
                return new Include(at, included, given);
            case "break" or "continue":
                _at += word.Length;
                if (_loops == 0)
                {
                    throw Fault($"{word} outside of range");
                }

                EndAction();
                return new Jump(at, word == "break");
            default:
                var pipeline = PipelineOf();
                EndAction();
                return new Action(at, pipeline);
        }
    }

    private void Define(string name, int at)
    {
        // a template of its own sees no variable from outside
        var (seen, loops) = (_variables.ToList(), _loops);
        _variables.RemoveRange(1, _variables.Count - 1);
        _loops = 0;
        var (body, end) = Body();
        if (end != "end")
        {
            _at = Math.Min(_at, _text.Length);
            throw new ExpressionFault(at + 1, $"the definition of `{name}` has no `end`");
        }

        EndAction();
        if (!Named.TryGetValue(name, out var known) || IsEmpty(known))
        {
            Named[name] = body;
        }
        else if (!IsEmpty(body))
        {
            throw new ExpressionFault(at + 1, $"there is more than one definition of `{name}`");
        }

        _variables.Clear();
        _variables.AddRange(seen);
        _loops = loops;
    }

    private static bool IsEmpty(Block body) => body.Parts.TrueForAll(p => p is Plain plain && string.IsNullOrWhiteSpace(plain.Text));

    private Choice ChoiceOf(int at, bool isWith)
    {
        var seen = _variables.Count;
        var condition = PipelineOf();
        EndAction();
        var (then, end) = Body();
        var otherwise = ElseOf(at, end, isWith ? "with" : "if");
        _variables.RemoveRange(seen, _variables.Count - seen);
        return new Choice(at, isWith, condition, then, otherwise);
    }

    private Range RangeOf(int at)
    {
        var seen = _variables.Count;
        var of = PipelineOf();
        EndAction();
        _loops++;
        var (body, end) = Body();
        _loops--;
        var otherwise = ElseOf(at, end, "range");
        _variables.RemoveRange(seen, _variables.Count - seen);
        return new Range(at, of, body, otherwise);
    }

    private Block? ElseOf(int at, string end, string word)
    {
        if (end == "")
        {
            throw new ExpressionFault(at + 1, $"`{word}` has no `end`");
        }

        if (end == "end")
        {
            EndAction();
            return null;
        }

        SkipSpace();
        var next = PeekWord();
        if (next == word && word != "range")
        {
            // `else if` ends with the `end` of the first
            var inner = _at;
            _at += next.Length;
            if (++_depth > Deepest)
            {
                throw Fault($"nested more than {Deepest} deep");
            }

            var choice = ChoiceOf(inner, word == "with");
            _depth--;
            return new Block(inner, [choice]);
        }

        EndAction();
        var (otherwise, last) = Body();
        if (last != "end")
        {
            throw new ExpressionFault(at + 1, last == "" ? $"`{word}` has no `end`" : $"`{word}` has two `else`");
        }

        EndAction();
        return otherwise;
    }

    private string Name()
    {
        SkipSpace();
        return _at < _text.Length && _text[_at] is '"' or '`' ? Text() : throw Fault("a name in quotes was expected");
    }

    private Pipeline PipelineOf()
    {
        if (++_depth > Deepest)
        {
            throw Fault($"nested more than {Deepest} deep");
        }

        SkipSpace();
        var at = _at;
        var (variables, declares) = Declaration();
        var commands = new List<Command> { CommandOf() };
        while (Take('|'))
        {
            var command = CommandOf();
            if (command.Operands[0] is { Source: Source.Constant or Source.Nil } or { Source: Source.Dot, Fields: [] })
            {
                throw new ExpressionFault(command.At + 1, "only a function can be handed a value");
            }

            commands.Add(command);
        }

        if (declares)
        {
            _variables.AddRange(variables);
        }

        _depth--;
        return new Pipeline(at, variables, declares, commands);
    }

    private (List<string> Names, bool Declares) Declaration()
    {
        var start = _at;
        var names = new List<string>();
        while (_at < _text.Length && _text[_at] == '$')
        {
            names.Add(VariableName());
            SkipSpace();
            if (!Take(','))
            {
                break;
            }

            SkipSpace();
        }

        if (names.Count > 0 && string.CompareOrdinal(_text, _at, ":=", 0, 2) == 0)
        {
            _at += 2;
            return (names, true);
        }

        if (names.Count > 0 && Take('='))
        {
            foreach (var name in names)
            {
                CheckVariable(name, start);
            }

            return (names, false);
        }

        _at = start;
        return ([], false);
    }

    private void CheckVariable(string name, int at)
    {
        if (!_variables.Contains(name))
        {
            throw new ExpressionFault(at + 1, $"undefined variable `{name}`");
        }
    }

    private Command CommandOf()
    {
        SkipSpace();
        var at = _at;
        var operands = new List<Operand>();
        while (!AtEnd() && _text[_at] is not ('|' or ')'))
        {
            operands.Add(OperandOf());
            var before = _at;
            SkipSpace();
            if (_at == before && !AtEnd() && _text[_at] is not ('|' or ')'))
            {
                throw Fault($"there is `{_text[_at]}` where it means nothing");
            }
        }

        return operands.Count > 0 ? new Command(at, operands) : throw Fault("a value is missing");
    }

    private bool AtEnd()
    {
        var at = _at;
        return at >= _text.Length || string.CompareOrdinal(_text, at, "}}", 0, 2) == 0
            || (at > 0 && IsSpace(_text[at - 1]) && string.CompareOrdinal(_text, at, "-}}", 0, 3) == 0);
    }
}
