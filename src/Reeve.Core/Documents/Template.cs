using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>
/// A JSON value with references in its texts, <c>{{ target.path }}</c>: parsed once, filled in many times. A text that is one reference
/// becomes the value referred to, whatever its type; a reference inside a longer text becomes text. What is filled in is never looked at
/// for references again. <c>\{{</c> stands for the braces themselves. Names of fields are taken as they are.
/// </summary>
public sealed class Template
{
    // a few references to a large value must not make a huge one
    private const int MostFilledCharacters = 4 * 1024 * 1024;
    private readonly TemplateNode _root;

    private Template(TemplateNode root) => _root = root;

    /// <summary>Is there anything to fill in?</summary>
    public bool HasReferences => _root is not TemplateNode.Fixed;

    /// <summary>The references, in order.</summary>
    public IEnumerable<TemplateReference> References => _root.References;

    /// <summary>Parses a value; what is between braces and no reference is a mistake and stays as it is.</summary>
    public static Template Parse(JsonElement value, string path, List<Mistake> mistakes) => new(TemplateNode.Parse(value, path, mistakes));

    /// <summary>
    /// Parses and fills in at once, against the members of an object; <paramref name="missing"/> says what is wrong, or is null.
    /// </summary>
    public static JsonElement Fill(JsonElement value, JsonElement context, out string? missing)
    {
        var mistakes = new List<Mistake>();
        var filled = Parse(value, "", mistakes).Fill(context, mistakes);
        missing = Describe(mistakes);
        return filled;
    }

    /// <summary>
    /// Fills in a text; the outcome is a text also when it is one reference. <paramref name="missing"/> says what is wrong, or is
    /// null.
    /// </summary>
    public static string FillText(string text, JsonElement context, out string? missing)
    {
        var mistakes = new List<Mistake>();
        var parts = TemplateParts.Parse(text, "", mistakes);
        var filling = new Filling(reference => (reference.Find(context, out var problem), problem), mistakes);
        var filled = parts.IsDefault ? text : filling.Join(parts, "");
        missing = Describe(mistakes);
        return filled;
    }

    /// <summary>
    /// Fills in against the members of an object. A reference to what is not there is a mistake, and becomes null or an empty text.
    /// </summary>
    public JsonElement Fill(JsonElement context, List<Mistake> mistakes) =>
        _root.Fill(new Filling(reference => (reference.Find(context, out var problem), problem), mistakes));

    /// <summary>Fills in with whatever the function finds; null for what is not there.</summary>
    public JsonElement Fill(Func<TemplateReference, JsonElement?> find, List<Mistake> mistakes) =>
        _root.Fill(new Filling(reference => (find(reference), $"{Quote.Text(reference.Text)} is not there"), mistakes));

    private static string? Describe(List<Mistake> mistakes) =>
        mistakes.Count == 0 ? null : string.Join("; ", mistakes.Select(m => m.Message).Distinct());

    /// <summary>One filling in: where values come from, what went wrong, how much was filled in.</summary>
    internal sealed class Filling(Func<TemplateReference, (JsonElement? Value, string Problem)> find, List<Mistake> mistakes)
    {
        private long _filled;

        public JsonElement Value(TemplateReference reference, string path)
        {
            var (value, problem) = find(reference);
            if (value is not { ValueKind: not JsonValueKind.Undefined } found)
            {
                mistakes.Add(new Mistake(ErrorCodes.NotFound, path, problem));
                return Json.Null;
            }

            return Takes(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(found).Length, path) ? found : Json.Null;
        }

        public string Join(ImmutableArray<TemplatePart> parts, string path)
        {
            var text = new StringBuilder();
            foreach (var part in parts)
            {
                if (part.Reference is not { } reference)
                {
                    text.Append(part.Text);
                    continue;
                }

                var value = Value(reference, path);
                text.Append(value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Null => "",
                    _ => value.GetRawText(),
                });
            }

            return text.ToString();
        }

        private bool Takes(int length, string path)
        {
            var before = _filled;
            _filled += length;
            if (_filled <= MostFilledCharacters)
            {
                return true;
            }

            if (before <= MostFilledCharacters)
            {
                mistakes.Add(new Mistake(ErrorCodes.TooLarge, path, $"the references fill in more than {MostFilledCharacters} characters"));
            }

            return false;
        }
    }
}
