using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>Names for the parts of a value: <c>[a b &amp; more :as all]</c>, <c>{:keys [a b] :or {a 1} :as all}</c>.</summary>
internal sealed partial class Analyzer
{
    private void Bind(Form pattern, Code value, List<Code> into)
    {
        switch (pattern.Kind)
        {
            case FormKind.Symbol:
                if (pattern.Name == "&")
                {
                    throw new StreamSyntaxException(pattern, "`&` stands only among the arguments of a function or in a vector of names");
                }

                into.Add(new SetSlotCode(_scope.Declare(pattern.Name!), value));
                break;
            case FormKind.Vector:
                BindVector(pattern, value, into);
                break;
            case FormKind.Map:
                BindMap(pattern, value, into);
                break;
            default:
                throw new StreamSyntaxException(pattern, "a value is given to a name, a vector of names or a map of names");
        }
    }

    private void BindVector(Form pattern, Code value, List<Code> into)
    {
        var whole = Keep(value, into);
        for (var i = 0; i < pattern.Items.Length; i++)
        {
            var item = pattern.Items[i];
            if (item.Name == "&")
            {
                Bind(Next(pattern, ref i, "&"), new PartCode(whole, i - 1, isRest: true), into);
            }
            else if (item is { Kind: FormKind.Constant, Value: Keyword { Name: "as" } })
            {
                Bind(Next(pattern, ref i, ":as"), whole, into);
            }
            else
            {
                Bind(item, new PartCode(whole, i, isRest: false), into);
            }
        }
    }

    private static Form Next(Form pattern, ref int at, string after) => ++at < pattern.Items.Length
        ? pattern.Items[at]
        : throw new StreamSyntaxException(pattern, $"`{after}` is followed by a name");

    private void BindMap(Form pattern, Code value, List<Code> into)
    {
        var whole = Keep(value, into);
        var defaults = new Dictionary<string, Form>(StringComparer.Ordinal);
        var names = new List<(Form Name, Code Key)>();
        for (var i = 0; i + 1 < pattern.Items.Length; i += 2)
        {
            var (key, named) = (pattern.Items[i], pattern.Items[i + 1]);
            switch ((key.Value as Keyword)?.Name)
            {
                case "keys":
                    names.AddRange(named.Items.Select(n => (n, (Code)new ConstantCode(Keyword.Of(NameOf(n))))));
                    break;
                case "strs":
                    names.AddRange(named.Items.Select(n => (n, (Code)new ConstantCode(NameOf(n)))));
                    break;
                case "syms":
                    names.AddRange(named.Items.Select(n => (n, (Code)new ConstantCode(new Symbol(NameOf(n))))));
                    break;
                case "as":
                    Bind(named, whole, into);
                    break;
                case "or":
                    for (var d = 0; d + 1 < named.Items.Length; d += 2)
                    {
                        defaults[NameOf(named.Items[d])] = named.Items[d + 1];
                    }

                    break;
                default:
                    names.Add((key, Analyze(named)));
                    break;
            }
        }

        foreach (var (name, key) in names)
        {
            var plain = name.Kind == FormKind.Constant ? Form.Symbol(NameOf(name), name) : name;
            var otherwise = plain.Name is { } known && defaults.TryGetValue(known, out var said) ? Analyze(said) : null;
            Bind(plain, new MemberCode(whole, key, otherwise), into);
        }
    }

    private static string NameOf(Form form) => form.Name ?? (form.Value as Keyword)?.Name
        ?? throw new StreamSyntaxException(form, "expected a name");

    private SlotCode Keep(Code value, List<Code> into)
    {
        var slot = _scope.NewSlot();
        into.Add(new SetSlotCode(slot, value));
        return new SlotCode(slot);
    }

    private sealed class PartCode(Code whole, int index, bool isRest) : Code
    {
        public override object? Eval(Frame frame)
        {
            var value = whole.Eval(frame);
            if (value is null)
            {
                return null;
            }

            if (value is not (PVec or PSeq or LazySeq or string))
            {
                throw new StreamError("java.lang.UnsupportedOperationException", $"{Printer.Short(value)} has no first and second");
            }

            if (!isRest)
            {
                return value is IReadOnlyList<object?> list
                    ? index < list.Count ? list[index] : null
                    : Sequences.Of(value).Skip(index).FirstOrDefault();
            }

            var rest = Sequences.List(value).Skip(index).ToArray();
            return rest.Length == 0 ? null : PSeq.Of(rest);
        }
    }

    private sealed class MemberCode(Code whole, Code key, Code? otherwise) : Code
    {
        public override object? Eval(Frame frame)
        {
            var from = whole.Eval(frame);
            if (from is PSeq { Count: > 0 } pairs)
            {
                // named arguments: a list of keys and values
                from = pairs.Count == 1 ? pairs[0] : PMap.Of(pairs.Chunk(2).Where(p => p.Length == 2).Select(
                    p => new KeyValuePair<object?, object?>(p[0], p[1])));
            }

            return Lookup.TryGet(from, key.Eval(frame), out var value) ? value : otherwise?.Eval(frame);
        }
    }
}
