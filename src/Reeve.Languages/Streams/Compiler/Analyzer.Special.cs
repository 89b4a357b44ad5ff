using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>The special forms.</summary>
internal sealed partial class Analyzer
{
    private static readonly Dictionary<string, Func<Analyzer, Form, Code>> Special = new(StringComparer.Ordinal)
    {
        ["if"] = (a, f) => a.If(f),
        ["do"] = (a, f) => a.Body(f.Items[1..], f),
        ["dosync"] = (a, f) => a.Body(f.Items[1..], f),
        ["let"] = (a, f) => a.Let(f),
        ["let*"] = (a, f) => a.Let(f),
        ["loop"] = (a, f) => a.Loop(f),
        ["letfn"] = (a, f) => a.Letfn(f),
        ["recur"] = (a, f) => a.Recur(f),
        ["fn"] = (a, f) => a.Function(f),
        ["fn*"] = (a, f) => a.Function(f),
        ["bound-fn"] = (a, f) => a.Function(f),
        ["quote"] = (a, f) => new ConstantCode(Quoted(Single(f))),
        ["def"] = (a, f) => a.Define(f),
        ["defonce"] = (a, f) => a.Define(f),
        ["try"] = (a, f) => a.Try(f),
        ["throw"] = (a, f) => new ThrowCode(a.Analyze(Single(f))),
        ["and"] = (a, f) => new AndCode(a.AllWithTail(f)),
        ["or"] = (a, f) => new OrCode(a.AllWithTail(f)),
        ["case"] = (a, f) => a.Case(f),
    };

    private static Form Single(Form form) => form.Items.Length == 2
        ? form.Items[1]
        : throw new StreamSyntaxException(form, $"`{form.Items[0].Name}` takes one form, found {form.Items.Length - 1}");

    private static Form VectorAt(Form form, int index)
    {
        if (form.Items.Length <= index || form.Items[index].Kind != FormKind.Vector)
        {
            throw new StreamSyntaxException(form, $"`{form.Items[0].Name}` expects a vector `[…]` here");
        }

        return form.Items[index];
    }

    /// <summary>The first form of a text as data, which is all that <c>read-string</c> makes: nothing of it is run.</summary>
    internal static object? ReadData(object? text)
    {
        var problems = new List<StreamProblem>();
        var forms = FormReader.ReadAll(text as string ?? throw StreamError.Cast(text, "a text"), problems);
        return forms.Count > 0 ? Quoted(forms[0])
            : throw new StreamError(StreamError.Plain, problems.Count > 0 ? problems[0].Message : "EOF while reading");
    }

    private static object? Quoted(Form form) => form.Kind switch
    {
        FormKind.Constant => form.Value,
        FormKind.Symbol => new Symbol(form.Name!),
        FormKind.List => PSeq.Of(form.Items.Select(Quoted)),
        FormKind.Vector => PVec.Of(form.Items.Select(Quoted)),
        FormKind.Set => PSet.Of(form.Items.Select(Quoted)),
        _ => PMap.Of(Enumerable.Range(0, form.Items.Length / 2).Select(
            i => new KeyValuePair<object?, object?>(Quoted(form.Items[2 * i]), Quoted(form.Items[(2 * i) + 1])))),
    };

    private Code If(Form form)
    {
        if (form.Items.Length is not (3 or 4))
        {
            throw new StreamSyntaxException(form, $"`if` takes a condition and one or two forms, found {form.Items.Length - 1}");
        }

        var otherwise = form.Items.Length == 4 ? Analyze(Tail(form, form.Items[3])) : new ConstantCode(null);
        return new IfCode(Analyze(form.Items[1]), Analyze(Tail(form, form.Items[2])), otherwise);
    }

    // what comes last in it is the last thing that `of` does
    private Code Body(ReadOnlySpan<Form> forms, Form? of = null)
    {
        if (of is not null && forms.Length > 0)
        {
            Tail(of, forms[^1]);
        }

        return forms.Length switch
        {
            0 => new ConstantCode(null),
            1 => Analyze(forms[0]),
            _ => new DoCode(All(forms.ToArray())),
        };
    }

    private Code[] AllWithTail(Form form)
    {
        Tail(form, form.Items[^1]);
        return All(form.Items.Skip(1));
    }

    // from the last thing that a loop or a function does `recur` may go back
    private Form Tail(Form of, Form last)
    {
        if (_tails.Contains(of))
        {
            _tails.Add(last);
        }

        return last;
    }

    private Code LoopBody(ReadOnlySpan<Form> forms)
    {
        if (forms.Length > 0)
        {
            _tails.Add(forms[^1]);
        }

        return Body(forms);
    }

    // each of the functions sees all of them
    private LetfnCode Letfn(Form form)
    {
        var mark = _scope.Mark;
        var functions = VectorAt(form, 1).Items;
        var slots = functions.Select(f => f.IsList && f.Items is [{ Name: { } name }, ..]
            ? _scope.Declare(name)
            : throw new StreamSyntaxException(f, "`letfn` takes functions `(name [arguments] …)`")).ToArray();
        var made = functions.Select(f => Function(Form.Call(f, "fn", f.Items))).ToArray();
        var body = Body(form.Items.AsSpan(2), form);
        _scope.Forget(mark);
        return new LetfnCode(slots, made, body);
    }

    private Code Let(Form form)
    {
        var mark = _scope.Mark;
        var bindings = Bindings(VectorAt(form, 1));
        var body = Body(form.Items.AsSpan(2), form);
        _scope.Forget(mark);
        return new LetCode(bindings, body);
    }

    private Code[] Bindings(Form vector)
    {
        if (vector.Items.Length % 2 != 0)
        {
            throw new StreamSyntaxException(vector, "each name here has a value; there is an odd number of forms");
        }

        var bindings = new List<Code>();
        for (var i = 0; i < vector.Items.Length; i += 2)
        {
            Bind(vector.Items[i], Analyze(vector.Items[i + 1]), bindings);
        }

        return [.. bindings];
    }

    private Code Loop(Form form)
    {
        var vector = VectorAt(form, 1);
        if (vector.Items.Length % 2 != 0)
        {
            throw new StreamSyntaxException(vector, "each name here has a value; there is an odd number of forms");
        }

        var (mark, outer) = (_scope.Mark, _scope.RecurSlots);
        var first = new List<Code>();
        var again = new List<Code>();
        var slots = new int[vector.Items.Length / 2];
        for (var i = 0; i < slots.Length; i++)
        {
            var pattern = vector.Items[2 * i];
            var value = Analyze(vector.Items[(2 * i) + 1]);
            slots[i] = pattern.Name is { } name ? _scope.Declare(name) : _scope.NewSlot();
            first.Add(new SetSlotCode(slots[i], value));
            if (pattern.Name is null)
            {
                Bind(pattern, new SlotCode(slots[i]), again);
            }
        }

        _scope.RecurSlots = slots;
        var body = LoopBody(form.Items.AsSpan(2));
        _scope.RecurSlots = outer;
        _scope.Forget(mark);
        return new LoopCode([.. first], again.Count == 0 ? body : new LetCode([.. again], body));
    }

    private Code Recur(Form form)
    {
        if (_scope.RecurSlots is not { } slots)
        {
            throw new StreamSyntaxException(form, "`recur` goes back to a `loop` or `fn`, and there is none around it");
        }

        if (!_tails.Contains(form))
        {
            throw new StreamSyntaxException(form, "`recur` stands only where it is the last thing that its `loop` or `fn` does");
        }

        return form.Items.Length - 1 == slots.Length
            ? new RecurCode(slots, All(form.Items.Skip(1)))
            : throw new StreamSyntaxException(form, $"`recur` needs {slots.Length} values here, found {form.Items.Length - 1}");
    }

    private Code Define(Form form)
    {
        if (form.Items.Length is < 2 or > 4 || form.Items[1].Name is not { } name)
        {
            throw new StreamSyntaxException(form, "`def` takes a name and a value");
        }

        if (_scope.Parent is not null)
        {
            throw new StreamSyntaxException(form, "`def` stands at the top level; inside a function use `let`");
        }

        var index = _names.Define(name);
        return new DefineCode(index, form.Items.Length > 2 ? Analyze(form.Items[^1]) : new ConstantCode(null));
    }

    // (fn name? [args] …) or (fn name? ([args] …) ([args] …))
    private FnCode Function(Form form)
    {
        var at = 1;
        var name = form.Items.Length > 1 ? form.Items[1].Name : null;
        at += name is null ? 0 : 1;
        if (form.Items.Length <= at)
        {
            throw new StreamSyntaxException(form, "`fn` needs its arguments `[…]`");
        }

        var scope = _scope = new FnScope(_scope);
        try
        {
            var arities = form.Items[at].IsList
                ? form.Items[at..].Select(f => ArityOf(f, f, 0, name)).ToArray()
                : [ArityOf(form, VectorAt(form, at), at, name)];
            foreach (var arity in arities)
            {
                arity.Slots = scope.Slots;
            }

            return new FnCode(name ?? "fn", arities, scope.Captured);
        }
        finally
        {
            _scope = scope.Parent!;
        }
    }

    private Arity ArityOf(Form form, Form first, int at, string? name)
    {
        if (first.IsList)
        {
            if (form.Items.Length == 0 || form.Items[0].Kind != FormKind.Vector)
            {
                throw new StreamSyntaxException(form, "an arity of a function begins with its arguments `[…]`");
            }

            first = form.Items[0];
        }

        var mark = _scope.Mark;
        var self = name is null ? -1 : _scope.Declare(name);
        var slots = new List<int>();
        var prologue = new List<Code>();
        var patterns = first.Items.ToList();
        var amp = patterns.FindIndex(p => p.Name == "&");
        if (amp >= 0 && amp != patterns.Count - 2)
        {
            throw new StreamSyntaxException(first, "`&` is followed by one name, and nothing after it");
        }

        var hasRest = amp >= 0;
        if (hasRest)
        {
            patterns.RemoveAt(amp);
        }

        foreach (var pattern in patterns)
        {
            slots.Add(pattern.Name is { } plain ? _scope.Declare(plain) : _scope.NewSlot());
            if (pattern.Name is null)
            {
                Bind(pattern, new SlotCode(slots[^1]), prologue);
            }
        }

        var outer = _scope.RecurSlots;
        _scope.RecurSlots = [.. slots];
        var rest = form.Items.AsSpan(at + 1);
        if (rest is [{ Kind: FormKind.Map } conditions, _, ..] && conditions.Items is [{ Value: Keyword { Name: "pre" or "post" } }, ..])
        {
            rest = rest[1..];
        }

        var body = LoopBody(rest);
        _scope.RecurSlots = outer;
        _scope.Forget(mark);
        return new Arity
        {
            Fixed = hasRest ? slots.Count - 1 : slots.Count,
            HasRest = hasRest,
            Arguments = [.. slots],
            SelfSlot = self,
            Body = prologue.Count == 0 ? body : new LetCode([.. prologue], body),
        };
    }

    private Code Try(Form form)
    {
        var clauses = new List<CatchClause>();
        Code? last = null;
        var body = new List<Form>();
        foreach (var part in form.Items.Skip(1))
        {
            switch (part.IsList && part.Items.Length > 0 ? part.Items[0].Name : null)
            {
                case "catch" when part.Items.Length >= 3 && part.Items[1].Name is { } kind && part.Items[2].Name is { } name:
                    var mark = _scope.Mark;
                    var slot = _scope.Declare(name);
                    clauses.Add(new CatchClause(kind, slot, Body(part.Items.AsSpan(3))));
                    _scope.Forget(mark);
                    break;
                case "catch":
                    throw new StreamSyntaxException(part, "expected `(catch Exception e …)`");
                case "finally":
                    last = Body(part.Items.AsSpan(1));
                    break;
                default:
                    body.Add(part);
                    break;
            }
        }

        var outer = _scope.RecurSlots;
        _scope.RecurSlots = null;
        var code = Body(body.ToArray());
        _scope.RecurSlots = outer;
        return new TryCode(code, [.. clauses], last);
    }

    private Code Case(Form form)
    {
        if (form.Items.Length < 3)
        {
            throw new StreamSyntaxException(form, "`case` takes a value and what it may be");
        }

        var value = Analyze(form.Items[1]);
        var cases = new Dictionary<object, Code>(Equality.Comparer);
        var at = 2;
        for (; at + 1 < form.Items.Length; at += 2)
        {
            var chosen = Analyze(Tail(form, form.Items[at + 1]));
            var test = form.Items[at];
            foreach (var constant in test.IsList ? test.Items.Select(Quoted) : [Quoted(test)])
            {
                if (!cases.TryAdd(constant ?? NilKey.Instance, chosen))
                {
                    throw new StreamSyntaxException(test, $"the case {Printer.Short(constant)} is there twice");
                }
            }
        }

        return new CaseCode(value, cases, at < form.Items.Length ? Analyze(Tail(form, form.Items[at])) : null);
    }
}
