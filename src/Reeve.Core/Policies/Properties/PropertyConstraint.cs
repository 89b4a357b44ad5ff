using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Time;

namespace Reeve.Core.Policies.Properties;

/// <summary>What a value must fit besides its type; a closed set.</summary>
public abstract record PropertyConstraint
{
    private PropertyConstraint()
    {
    }

    /// <summary>What is wrong with a value of the right type, or null.</summary>
    public abstract string? ProblemOf(JsonElement value);

    /// <summary>One of these values.</summary>
    public sealed record AllowedValues(ImmutableArray<JsonElement> Values) : PropertyConstraint
    {
        /// <summary>One of these texts.</summary>
        public static AllowedValues Of(params ReadOnlySpan<string> texts)
        {
            var values = ImmutableArray.CreateBuilder<JsonElement>();
            foreach (var text in texts)
            {
                values.Add(Json.Build(writer => writer.WriteStringValue(text)));
            }

            return new AllowedValues(values.ToImmutable());
        }

        /// <inheritdoc/>
        public override string? ProblemOf(JsonElement value)
        {
            if (Values.Any(allowed => JsonElement.DeepEquals(allowed, value)))
            {
                return null;
            }

            var hint = value.ValueKind == JsonValueKind.String ? DidYouMean.Hint(value.GetString()!, Texts) : "";
            return $"expected one of {Quote.List(Values.Select(Spell))}, found {Quote.Value(value)}{hint}";
        }

        private IEnumerable<string> Texts => Values.Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!);

        private static string Spell(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }

    /// <summary>A number within bounds, the ends included; null for no bound.</summary>
    public sealed record Range(double? Min, double? Max) : PropertyConstraint
    {
        /// <inheritdoc/>
        public override string? ProblemOf(JsonElement value)
        {
            if (!JsonNumbers.TryNumber(value, out var number))
            {
                return null;
            }

            return number < Min ? $"expected at least `{JsonNumbers.Spell(Min.Value)}`, found `{JsonNumbers.Spell(number)}`"
                : number > Max ? $"expected at most `{JsonNumbers.Spell(Max.Value)}`, found `{JsonNumbers.Spell(number)}`"
                : null;
        }
    }

    /// <summary>A text that a regular expression describes as a whole.</summary>
    public sealed record Pattern : PropertyConstraint
    {
        private const int LongestExpression = 1000;
        private readonly Regex _regex;

        private Pattern(string expression, Regex regex)
        {
            Expression = expression;
            _regex = regex;
        }

        /// <summary>The regular expression; without back references and looking around, so that its cost is linear.</summary>
        public string Expression { get; }

        /// <summary>The constraint of an expression; null when it is none, and then why.</summary>
        public static Pattern? TryParse(string expression, out string? problem)
        {
            problem = expression.Length > LongestExpression
                ? string.Create(CultureInfo.InvariantCulture,
                    $"a regular expression of {expression.Length} characters is too long; {LongestExpression} are allowed")
                : null;
            if (problem is not null)
            {
                return null;
            }

            try
            {
                const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

                // alone first: brackets that only fit together with the ones around it are none
                _ = new Regex(expression, options);
                return new Pattern(expression, new Regex($@"\A(?:{expression})\z", options, TimeSpan.FromSeconds(1)));
            }
            catch (ArgumentException)
            {
                problem = $"{Quote.Text(expression)} is no regular expression";
            }
            catch (NotSupportedException)
            {
                problem = $"{Quote.Text(expression)} is too large, or looks around or back; write it without";
            }

            return null;
        }

        /// <inheritdoc/>
        public override string? ProblemOf(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            try
            {
                return _regex.IsMatch(value.GetString()!)
                    ? null
                    : $"expected a text that {Quote.Text(Expression)} describes, found {Quote.Value(value)}";
            }
            catch (RegexMatchTimeoutException)
            {
                return $"the text is too long for {Quote.Text(Expression)}";
            }
        }

        /// <inheritdoc/>
        public bool Equals(Pattern? other) => other is not null && Expression == other.Expression;

        /// <inheritdoc/>
        public override int GetHashCode() => Expression.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>
    /// A text that is a duration, within bounds; null for no bound. A number of seconds is accepted and becomes such a text.
    /// </summary>
    public sealed record Duration(TimeSpan? Min = null, TimeSpan? Max = null) : PropertyConstraint
    {
        /// <inheritdoc/>
        public override string? ProblemOf(JsonElement value)
        {
            if (!JsonNumbers.TryDuration(value, out var duration))
            {
                return $"expected {Durations.Expected}, found {Quote.Value(value)}";
            }

            return duration < Min ? $"expected at least `{Durations.Format(Min.Value)}`, found `{Durations.Format(duration)}`"
                : duration > Max ? $"expected at most `{Durations.Format(Max.Value)}`, found `{Durations.Format(duration)}`"
                : null;
        }
    }
}
