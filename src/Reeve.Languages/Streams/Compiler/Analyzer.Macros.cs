using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>Clojure's macros: each takes a form apart and gives one of simpler forms.</summary>
internal sealed partial class Analyzer
{
    private static readonly Dictionary<string, Func<Analyzer, Form, Form>> Macros = new(StringComparer.Ordinal)
    {
        ["when"] = (_, f) => Form.Call(f, "if", At(f, 1), Form.Call(f, "do", f.Items[2..])),
        ["when-not"] = (_, f) => Form.Call(f, "if", At(f, 1), Nil(f), Form.Call(f, "do", f.Items[2..])),
        ["if-not"] = (_, f) => Form.Call(f, "if", At(f, 1), f.Items.Length > 3 ? f.Items[3] : Nil(f), At(f, 2)),
        ["if-let"] = (a, f) => a.IfLet(f, f.Items.AsSpan(2), isSome: false),
        ["if-some"] = (a, f) => a.IfLet(f, f.Items.AsSpan(2), isSome: true),
        ["when-let"] = (a, f) => a.IfLet(f, [Form.Call(f, "do", f.Items[2..])], isSome: false),
        ["when-some"] = (a, f) => a.IfLet(f, [Form.Call(f, "do", f.Items[2..])], isSome: true),
        ["when-first"] = (a, f) => a.WhenFirst(f),
        ["cond"] = (_, f) => Cond(f),
        ["condp"] = (a, f) => a.Condp(f),
        ["->"] = (_, f) => Thread(f, isLast: false),
        ["->>"] = (_, f) => Thread(f, isLast: true),
        ["as->"] = (_, f) => Form.Call(f, "let", Form.Vector(f, f.Items.Skip(3).Prepend(At(f, 1)).SelectMany(s => new[] { At(f, 2), s })),
            At(f, 2)),
        ["some->"] = (a, f) => a.SomeThread(f, isLast: false),
        ["some->>"] = (a, f) => a.SomeThread(f, isLast: true),
        ["cond->"] = (a, f) => a.CondThread(f, isLast: false),
        ["cond->>"] = (a, f) => a.CondThread(f, isLast: true),
        ["doto"] = (a, f) => a.Doto(f),
        ["defn"] = (_, f) => Defn(f),
        ["defn-"] = (_, f) => Defn(f),
        ["comment"] = (_, f) => Nil(f),
        ["assert"] = (_, f) => Form.Call(f, "if", At(f, 1), Nil(f), Form.Call(f, "throw", Form.Call(f, "AssertionError.", Form
            .Constant("Assert failed", f)))),
        ["doseq"] = (a, f) => a.Comprehension(VectorAt(f, 1), 0, f.Items[2..], collects: false),
        ["for"] = (a, f) => a.Comprehension(VectorAt(f, 1), 0, f.Items[2..], collects: true),
        ["dotimes"] = (_, f) => Form.Call(
            f, "run!*", Form.Call(f, "range", At(VectorAt(f, 1), 1)), Form.Call(f, "fn", f.Items[2..].Append(Nil(f))
                .Prepend(Form.Vector(f, At(VectorAt(f, 1), 0))))),
        ["while"] = (_, f) => Form.Call(
            f, "loop", Form.Vector(f), Form.Call(f, "if", At(f, 1), Form.Call(f, "do", f.Items[2..].Append(Form.Call(f, "recur"))))),
        ["delay"] = (_, f) => Form.Call(f, "do", f.Items[1..]),
        ["time"] = (_, f) => Form.Call(f, "do", f.Items[1..]),
        ["lazy-seq"] = (_, f) => Form.Call(f, "do", f.Items[1..]),
        ["ns"] = (a, f) => a.Namespace(f),
        ["require"] = (a, f) => a.Namespace(f),
        ["use"] = (_, f) => Nil(f),
        ["in-ns"] = (_, f) => Nil(f),
        ["tests"] = (_, f) => Nil(f),
        ["deftest"] = (_, f) => Nil(f),
        ["declare"] = (a, f) => a.Declare(f),

        ["where"] = (a, f) => a.Where(f),
        ["where*"] = (_, f) => WhereOf(f, At(f, 1)),
        ["by"] = (_, f) => Form.Call(f, "by*", At(f, 1), Form.Call(f, "fn", Form.Vector(f, Form.Symbol("_", f)), Form
            .Vector(f, f.Items[2..]))),
        ["by-builder"] = (_, f) => Form.Call(
            f, "by*", At(VectorAt(f, 1), 1), Form.Call(f, "fn", Form.Vector(f, At(VectorAt(f, 1), 0)), Form.Vector(f, f.Items[2..]))),
        ["changed-state"] = (_, f) => Form.Call(
            f, "by", Form.Constant(PVec.Own([Keyword.Host, Keyword.Service]), f),
            Form.Call(f, "changed", [Form.Constant(Keyword.State, f), .. f.Items[1..]])),
        ["split"] = (_, f) => Split(f),
        ["splitp"] = (_, f) => Splitp(f),
        ["pipe"] = (_, f) => Pipe(f),
        ["project"] = (_, f) => Form.Call(f, "project*", [Form.Vector(f, VectorAt(f, 1).Items.Select(e => Predicate(e))), .. f.Items[2..]]),
        ["apdex"] = (_, f) => Form.Call(f, "apdex*", [At(f, 1), Predicate(At(f, 2)), Predicate(At(f, 3)), .. f.Items[4..]]),
        ["exception-stream"] = (_, f) => Form.Call(
            f, "exception-stream*", At(f, 1), Form.Call(f, "fn", Form.Vector(f), Form.Vector(f, f.Items[2..]))),
    };

    private static Form At(Form form, int index) => index < form.Items.Length
        ? form.Items[index]
        : throw new StreamSyntaxException(form, form.Kind == FormKind.List
            ? $"`{form.Items[0].Name}` needs at least {index} forms, found {form.Items.Length - 1}"
            : "a name and a value belong here");

    private static Form Nil(Form at) => Form.Constant(null, at);

    private Form IfLet(Form form, ReadOnlySpan<Form> branches, bool isSome)
    {
        var vector = VectorAt(form, 1);
        if (vector.Items.Length != 2 || branches.Length is 0 or > 2)
        {
            throw new StreamSyntaxException(form, $"`{form.Items[0].Name}` takes one name with its value, and what to do with it");
        }

        var value = Form.Symbol(Generated("value"), vector);
        var test = isSome ? Form.Call(form, "some?", value) : value;
        return Form.Call(
            form, "let", Form.Vector(form, value, vector.Items[1]),
            Form.Call(
                form, "if", test, Form.Call(form, "let", Form.Vector(form, vector.Items[0], value), branches[0]),
                branches.Length == 2 ? branches[1] : Nil(form)));
    }

    private Form WhenFirst(Form form)
    {
        var vector = VectorAt(form, 1);
        var all = Form.Symbol(Generated("all"), form);
        return Form.Call(
            form, "let", Form.Vector(form, all, Form.Call(form, "seq", At(vector, 1))),
            Form.Call(form, "if", all, Form.Call(form, "let", [Form.Vector(form, At(vector, 0), Form.Call(form, "first", all)),
                .. form.Items[2..]])));
    }

    private static Form Cond(Form form)
    {
        if (form.Items.Length % 2 == 0)
        {
            throw new StreamSyntaxException(form, "`cond` takes pairs of a condition and a value; there is an odd number of forms");
        }

        var made = Nil(form);
        for (var i = form.Items.Length - 2; i > 0; i -= 2)
        {
            made = Form.Call(form.Items[i], "if", form.Items[i], form.Items[i + 1], made);
        }

        return made;
    }

    private Form Condp(Form form)
    {
        var (predicate, value) = (Form.Symbol(Generated("pred"), form), Form.Symbol(Generated("value"), form));
        var clauses = form.Items.AsSpan(Math.Min(3, form.Items.Length));
        var made = Form.Call(form, "no-clause*", value);
        var at = clauses.Length;
        if (at % 2 == 1 && (at < 3 || clauses[at - 2] is not { Value: Keyword { Name: ">>" } }))
        {
            made = clauses[--at];
        }

        while (at > 0)
        {
            if (at >= 3 && clauses[at - 2] is { Value: Keyword { Name: ">>" } })
            {
                var found = Form.Symbol(Generated("found"), form);
                made = Form.Call(
                    form, "let", Form.Vector(form, found, Form.List(form, predicate, clauses[at - 3], value)),
                    Form.Call(form, "if", found, Form.List(form, clauses[at - 1], found), made));
                at -= 3;
            }
            else if (at >= 2)
            {
                made = Form.Call(form, "if", Form.List(form, predicate, clauses[at - 2], value), clauses[at - 1], made);
                at -= 2;
            }
            else
            {
                throw new StreamSyntaxException(form, "`condp` takes pairs of a test and a value after its first two forms");
            }
        }

        return Form.Call(form, "let", Form.Vector(form, predicate, At(form, 1), value, At(form, 2)), made);
    }

    private static Form Thread(Form form, bool isLast)
    {
        var made = At(form, 1);
        foreach (var step in form.Items.Skip(2))
        {
            made = Threaded(made, step, isLast);
        }

        return made;
    }

    private static Form Threaded(Form value, Form step, bool isLast)
    {
        if (!step.IsList)
        {
            return Form.List(step, step, value);
        }

        return isLast ? Form.List(step, [.. step.Items, value]) : Form.List(step, [step.Items[0], value, .. step.Items[1..]]);
    }

    private Form SomeThread(Form form, bool isLast)
    {
        var value = Form.Symbol(Generated("value"), form);
        var made = value;
        foreach (var step in form.Items.Skip(2).Reverse())
        {
            var next = Form.Call(form, "let", Form.Vector(form, value, Threaded(value, step, isLast)), made);
            made = Form.Call(form, "if", Form.Call(form, "nil?", value), Nil(form), next);
        }

        return Form.Call(form, "let", Form.Vector(form, value, At(form, 1)), made);
    }

    private Form CondThread(Form form, bool isLast)
    {
        var value = Form.Symbol(Generated("value"), form);
        var bindings = new List<Form> { value, At(form, 1) };
        for (var i = 2; i + 1 < form.Items.Length; i += 2)
        {
            bindings.AddRange([value, Form.Call(form, "if", form.Items[i], Threaded(value, form.Items[i + 1], isLast), value)]);
        }

        return Form.Call(form, "let", Form.Vector(form, bindings), value);
    }

    private Form Doto(Form form)
    {
        var value = Form.Symbol(Generated("value"), form);
        var steps = form.Items.Skip(2).Select(s => Threaded(value, s, isLast: false));
        return Form.Call(form, "let", [Form.Vector(form, value, At(form, 1)), .. steps, value]);
    }

    // (defn name "what it does"? {…}? [args] …)
    private static Form Defn(Form form)
    {
        if (At(form, 1).Name is null)
        {
            throw new StreamSyntaxException(form, "`defn` takes a name, arguments and what to do");
        }

        var rest = form.Items.AsSpan(2);
        while (rest.Length > 1 && rest[0] is { Kind: FormKind.Constant, Value: string } or { Kind: FormKind.Map })
        {
            rest = rest[1..];
        }

        return Form.Call(form, "def", form.Items[1], Form.Call(form, "fn", [form.Items[1], .. rest]));
    }

    private Form Declare(Form form)
    {
        foreach (var name in form.Items.Skip(1))
        {
            _names.Define(NameOf(name));
        }

        return Nil(form);
    }

    // (:require [riemann.folds :as f]) gives names of namespaces; the rest of `ns` says nothing here
    private Form Namespace(Form form)
    {
        foreach (var part in form.Items.Skip(1))
        {
            var inner = part.IsList && part.Items is [{ Name: "quote" }, var quoted] ? quoted : part;
            if (inner.Kind == FormKind.Vector && inner.Items is [{ Name: { } full }, ..])
            {
                var at = Array.FindIndex(inner.Items, i => i is { Value: Keyword { Name: "as" } });
                if (at > 0 && at + 1 < inner.Items.Length && inner.Items[at + 1].Name is { } alias)
                {
                    _names.Alias(alias, full);
                }
            }
            else if (inner.IsList)
            {
                Namespace(inner);
            }
        }

        return Nil(form);
    }

    // each name of the sequence as the argument of a function; what stops a sequence is a value that nothing else gives
    private Form Comprehension(Form vector, int at, Form[] body, bool collects)
    {
        if (vector.Items.Length % 2 != 0)
        {
            throw new StreamSyntaxException(vector, "each name here has a sequence; there is an odd number of forms");
        }

        if (at >= vector.Items.Length)
        {
            return collects ? Form.Call(vector, "list", Form.Call(vector, "do", body)) : Form.Call(vector, "do", [.. body, Nil(vector)]);
        }

        var (name, value) = (vector.Items[at], vector.Items[at + 1]);
        if (at == 0 && name.Kind == FormKind.Constant)
        {
            throw new StreamSyntaxException(name, "the first here is a name with its sequence");
        }

        var inner = Comprehension(vector, at + 2, body, collects);
        return (name.Value as Keyword)?.Name switch
        {
            "let" => Form.Call(value, "let", value, inner),
            "when" => Form.Call(value, "if", value, inner, Nil(value)),
            "while" => Form.Call(value, "if", value, inner, Form.Call(value, "stop*")),
            null => Form.Call(vector, collects ? "for*" : "run!*", value, Form.Call(vector, "fn", Form.Vector(vector, name), inner)),
            var other => throw new StreamSyntaxException(name, $"`:{other}` means nothing here; there are `:let`, `:when` and `:while`"),
        };
    }
}
