using System.Globalization;
using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>Holds documents against schemas; the words and the order of what is wrong are those of the library that OPA uses.</summary>
internal sealed class SchemaChecker(Action check)
{
    private const int Deepest = 400;

    private const string Root = "(root)";

    private int _depth;

    /// <summary>What is wrong with a document: objects with <c>type</c>, <c>field</c>, <c>desc</c> and <c>error</c>.</summary>
    public List<Value> Check(Schema schema, Value document) => Part(schema, document, Root).Faults;

    private Findings Part(Schema schema, Value node, string place)
    {
        var findings = new Findings();
        Visit(schema, node, findings, place);
        return findings;
    }

    private void Visit(Schema schema, Value node, Findings findings, string place)
    {
        check();
        if (++_depth > Deepest)
        {
            throw new FormatException($"the schema and the document lead more than {Deepest} deep");
        }

        if (schema.Always is { } always)
        {
            if (!always)
            {
                findings.Add("false", place, "False always fails validation");
            }
        }
        else if (schema.Reference is { } reference)
        {
            Visit(reference, node, findings, place);
        }
        else if (schema.Types.Count > 0 && !schema.Types.Any(type => Is(node, type)))
        {
            findings.Add("invalid_type", place, $"Invalid type. Expected: {schema.TypeNames}, given: {TypeOf(node)}");
        }
        else
        {
            Combine(schema, node, findings, place);
            switch (node)
            {
                case ArrayValue array:
                    Items(schema, array, findings, place);
                    break;
                case ObjectValue members:
                    Members(schema, members, findings, place);
                    break;
                case NumberValue number:
                    Number(schema, number, findings, place);
                    break;
            }

            Common(schema, node, findings, place);
            if (node is StringValue text)
            {
                Text(schema, text.Text, findings, place);
            }
            else if (node is ObjectValue members)
            {
                foreach (var (name, property) in schema.Properties)
                {
                    if (members.Get(name) is { } value)
                    {
                        Visit(property, value, findings, $"{place}.{name}");
                    }
                }
            }

            findings.Score++;
        }

        _depth--;
    }

    private static bool Is(Value node, string type) => type == TypeOf(node) || (type == "number" && node is NumberValue);

    private static string TypeOf(Value node) => node is NumberValue { IsWhole: true } ? "integer" : node.TypeName;

    private void Combine(Schema schema, Value node, Findings findings, string place)
    {
        findings.Score++;
        if (schema.AnyOf.Count > 0 && Best(schema.AnyOf, node, place, out var holding, 1) is var best && holding == 0)
        {
            findings.Add("number_any_of", place, "Must validate at least one schema (anyOf)");
            findings.Merge(best!);
        }

        if (schema.OneOf.Count > 0 && Best(schema.OneOf, node, place, out holding, 2) is var closest && holding != 1)
        {
            findings.Add("number_one_of", place, "Must validate one and only one schema (oneOf)");
            if (holding == 0)
            {
                findings.Merge(closest!);
            }
        }

        var all = schema.AllOf.ConvertAll(one => Part(one, node, place));
        all.ForEach(findings.Merge);
        if (!all.TrueForAll(one => one.Holds))
        {
            findings.Add("number_all_of", place, "Must validate all the schemas (allOf)");
        }

        if (schema.Not is not null && Part(schema.Not, node, place).Holds)
        {
            findings.Add("number_not", place, "Must not validate the schema (not)");
        }

        if (node is ObjectValue members)
        {
            Depend(schema, members, findings, place);
        }

        if (schema.If is null)
        {
            return;
        }

        var condition = Part(schema.If, node, place).Holds;
        if ((condition ? schema.Then : schema.Else) is { } then && Part(then, node, place) is { Holds: false } wrong)
        {
            findings.Add(
                condition ? "condition_then" : "condition_else",
                place,
                condition ? "Must validate \"then\" as \"if\" was valid" : "Must validate \"else\" as \"if\" was not valid");
            findings.Merge(wrong);
        }
    }

    /// <summary>Of those that do not hold the one that came furthest; stops when as many hold as matter.</summary>
    private Findings? Best(List<Schema> schemas, Value node, string place, out int holding, int enough)
    {
        Findings? best = null;
        holding = 0;
        foreach (var one in schemas)
        {
            var found = Part(one, node, place);
            if (found.Holds)
            {
                if (++holding == enough)
                {
                    break;
                }
            }
            else if (best is null || found.Score > best.Score)
            {
                best = found;
            }
        }

        return best;
    }

    private void Depend(Schema schema, ObjectValue members, Findings findings, string place)
    {
        foreach (var (key, _) in members)
        {
            var name = ((StringValue)key).Text;
            foreach (var needed in schema.DependentNames.GetValueOrDefault(name) ?? [])
            {
                if (members.Get(needed) is null)
                {
                    findings.Add("missing_dependency", place, $"Has a dependency on {needed}");
                }
            }

            if (schema.DependentSchemas.TryGetValue(name, out var dependent))
            {
                Visit(dependent, members, findings, place);
            }
        }
    }

    private static void Common(Schema schema, Value node, Findings findings, string place)
    {
        if (schema.Const is { } wanted && !wanted.Equals(node))
        {
            findings.Add("const", place, $"{Findings.Field(place)} does not match: {ValueJson.ToText(wanted)}");
        }

        if (schema.Enum is { } allowed && !allowed.Contains(node))
        {
            var shown = allowed.Count == 0 ? "(none)" : string.Join(", ", allowed.Select(ValueJson.ToText));
            findings.Add("enum", place, $"{Findings.Field(place)} must be one of the following: {shown}");
        }

        if (schema.Format is { } format && node is StringValue text && !SchemaFormats.Holds(format, text.Text))
        {
            findings.Add("format", place, $"Does not match format '{format}'");
        }

        findings.Score++;
    }

    private void Items(Schema schema, ArrayValue array, Findings findings, string place)
    {
        for (var at = 0; at < array.Count; at++)
        {
            var item = schema.IsForAllItems ? schema.Items[0]
                : at < schema.Items.Count ? schema.Items[at]
                : schema.Items.Count == 0 ? null
                : schema.AdditionalItems;
            if (item is { Always: false } && at == schema.Items.Count && !schema.IsForAllItems)
            {
                findings.Add("array_no_additional_items", place, "No additional items allowed on array");
                break;
            }

            if (item is not null)
            {
                findings.Merge(Part(item, array[at], $"{place}.{at}"));
            }
        }

        Bound(schema, "minItems", array.Count, findings, place, "array_min_items", "Array must have at least {0} items");
        Bound(schema, "maxItems", array.Count, findings, place, "array_max_items", "Array must have at most {0} items");
        if (schema.UniqueItems)
        {
            var seen = new Dictionary<Value, int>();
            for (var at = 0; at < array.Count; at++)
            {
                if (seen.TryGetValue(array[at], out var before))
                {
                    findings.Add("unique", place, $"array items[{before},{at}] must be unique");
                }

                seen[array[at]] = at;
            }
        }

        if (schema.Contains is { } contained)
        {
            var tried = array.Select((item, at) => Part(contained, item, $"{place}.{at}")).ToList();
            if (!tried.Exists(one => one.Holds))
            {
                findings.Add("contains", place, "At least one of the items must match");
                if (tried.Count > 0)
                {
                    findings.Merge(tried.MaxBy(one => one.Score)!);
                }
            }
        }

        findings.Score++;
    }

    private void Members(Schema schema, ObjectValue members, Findings findings, string place)
    {
        Bound(schema, "minProperties", members.Count, findings, place, "array_min_properties", "Must have at least {0} properties");
        Bound(schema, "maxProperties", members.Count, findings, place, "array_max_properties", "Must have at most {0} properties");
        foreach (var name in schema.Required)
        {
            if (members.Get(name) is null)
            {
                findings.Add("required", place, $"{name} is required");
            }
            else
            {
                findings.Score++;
            }
        }

        foreach (var (key, value) in members)
        {
            var name = ((StringValue)key).Text;
            var matches = schema.PatternProperties.Where(one => one.Pattern.IsMatch(name)).ToList();
            matches.ForEach(one => findings.Merge(Part(one.Schema, value, $"{place}.{name}")));
            findings.Score += matches.Count > 0 ? 1 : 0;
            if (matches.Count > 0 || schema.Properties.ContainsKey(name) || schema.AdditionalProperties is not { } others)
            {
                continue;
            }

            if (others.Always == false)
            {
                findings.Add("additional_property_not_allowed", place, $"Additional property {name} is not allowed");
            }
            else
            {
                findings.Merge(Part(others, value, $"{place}.{name}"));
            }
        }

        foreach (var (key, _) in schema.PropertyNames is null ? ObjectValue.Empty : members)
        {
            if (Part(schema.PropertyNames!, key, place) is { Holds: false } wrong)
            {
                findings.Add("invalid_property_name", place, $"Property name of \"{((StringValue)key).Text}\" does not match");
                findings.Merge(wrong);
            }
        }

        findings.Score++;
    }

    private static void Text(Schema schema, string text, Findings findings, string place)
    {
        var length = text.EnumerateRunes().Count();
        Bound(schema, "minLength", length, findings, place, "string_gte", "String length must be greater than or equal to {0}");
        Bound(schema, "maxLength", length, findings, place, "string_lte", "String length must be less than or equal to {0}");
        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
        {
            findings.Add("pattern", place, $"Does not match pattern '{schema.PatternText}'");
        }

        findings.Score++;
    }

    private static void Number(Schema schema, NumberValue number, Findings findings, string place)
    {
        void Limit(NumberValue? limit, Func<int, bool> fails, string type, string words)
        {
            if (limit is not null && fails(number.CompareTo(limit)))
            {
                findings.Add(type, place, $"{words} {GoTemplate.Texts.Number(limit.ToDouble())}");
            }
        }

        if (schema.MultipleOf is { } step && !IsMultiple(number, step))
        {
            findings.Add("multiple_of", place, $"Must be a multiple of {GoTemplate.Texts.Number(step.ToDouble())}");
        }

        Limit(schema.Maximum, order => order > 0, "number_lte", "Must be less than or equal to");
        Limit(schema.ExclusiveMaximum, order => order >= 0, "number_lt", "Must be less than");
        Limit(schema.Minimum, order => order < 0, "number_gte", "Must be greater than or equal to");
        Limit(schema.ExclusiveMinimum, order => order <= 0, "number_gt", "Must be greater than");
        findings.Score++;
    }

    // exact, unless the exponents lie too far apart to be written out
    private static bool IsMultiple(NumberValue number, NumberValue step)
    {
        const int far = 2000;
        var ((digits, exponent), (others, other)) = (number.ToDecimal(), step.ToDecimal());
        var least = Math.Min(exponent, other);
        return exponent - least <= far && other - least <= far
            ? (digits * BigInteger.Pow(10, exponent - least) % (others * BigInteger.Pow(10, other - least))).IsZero
            : exponent > other;
    }

    private static void Bound(Schema schema, string key, int count, Findings findings, string place, string type, string words)
    {
        if (schema.Bounds.TryGetValue(key, out var bound)
            && (key.StartsWith("min", StringComparison.Ordinal) ? count < bound : count > bound))
        {
            findings.Add(type, place, string.Format(CultureInfo.InvariantCulture, words, bound));
        }
    }

    /// <summary>What was found, and how far the document came.</summary>
    private sealed class Findings
    {
        public List<Value> Faults { get; } = [];

        public int Score { get; set; }

        public bool Holds => Faults.Count == 0;

        public static string Field(string place) =>
            place.StartsWith(Root + ".", StringComparison.Ordinal) ? place[(Root.Length + 1)..] : place;

        public void Add(string type, string place, string problem)
        {
            var field = Field(place);
            var fault = new ObjectBuilder(4);
            fault.Set(StringValue.Of("error"), StringValue.Of($"{field}: {problem}"));
            fault.Set(StringValue.Of("type"), StringValue.Of(type));
            fault.Set(StringValue.Of("field"), StringValue.Of(field));
            fault.Set(StringValue.Of("desc"), StringValue.Of(problem));
            Faults.Add(fault.ToObject());
            Score -= 2;
        }

        public void Merge(Findings other)
        {
            Faults.AddRange(other.Faults);
            Score += other.Score;
        }
    }
}
