using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>A part of a template: a closed set.</summary>
internal abstract class TemplateNode
{
    private TemplateNode()
    {
    }

    public abstract IEnumerable<TemplateReference> References { get; }

    public static TemplateNode Parse(JsonElement value, string path, List<Mistake> mistakes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var parts = TemplateParts.Parse(value.GetString()!, path, mistakes);
                return parts switch
                {
                    { IsDefault: true } => new Fixed(value),
                    [{ Reference: { } whole }] => new Whole(whole, path),
                    _ => new Joined(parts, path),
                };
            case JsonValueKind.Object:
                var members = value.EnumerateObject()
                    .Select(m => (m.Name, Node: Parse(m.Value, JsonPointer.Member(path, m.Name), mistakes)))
                    .ToImmutableArray();
                return members.All(m => m.Node is Fixed) ? new Fixed(value) : new Members(members);
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select((item, i) => Parse(item, JsonPointer.Item(path, i), mistakes)).ToImmutableArray();
                return items.All(i => i is Fixed) ? new Fixed(value) : new Items(items);
            default:
                return new Fixed(value);
        }
    }

    public JsonElement Fill(Template.Filling filling) => this switch
    {
        Fixed { Value: var value } => value,
        Whole whole => filling.Value(whole.Reference, whole.Path),
        _ => Json.Build(writer => Write(writer, filling)),
    };

    protected abstract void Write(Utf8JsonWriter writer, Template.Filling filling);

    /// <summary>A value without references.</summary>
    public sealed class Fixed(JsonElement value) : TemplateNode
    {
        public JsonElement Value => value;

        public override IEnumerable<TemplateReference> References => [];

        protected override void Write(Utf8JsonWriter writer, Template.Filling filling) => value.WriteTo(writer);
    }

    /// <summary>A text that is one reference: it becomes what is referred to.</summary>
    public sealed class Whole(TemplateReference reference, string path) : TemplateNode
    {
        public TemplateReference Reference => reference;

        public string Path => path;

        public override IEnumerable<TemplateReference> References => [reference];

        protected override void Write(Utf8JsonWriter writer, Template.Filling filling) => filling.Value(reference, path).WriteTo(writer);
    }

    /// <summary>A text with references in it.</summary>
    public sealed class Joined(ImmutableArray<TemplatePart> parts, string path) : TemplateNode
    {
        public override IEnumerable<TemplateReference> References => parts.Select(p => p.Reference).OfType<TemplateReference>();

        protected override void Write(Utf8JsonWriter writer, Template.Filling filling) =>
            writer.WriteStringValue(filling.Join(parts, path));
    }

    /// <summary>An object with references somewhere in it.</summary>
    public sealed class Members(ImmutableArray<(string Name, TemplateNode Node)> members) : TemplateNode
    {
        public override IEnumerable<TemplateReference> References => members.SelectMany(m => m.Node.References);

        protected override void Write(Utf8JsonWriter writer, Template.Filling filling)
        {
            writer.WriteStartObject();
            foreach (var (name, node) in members)
            {
                writer.WritePropertyName(name);
                node.Write(writer, filling);
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>A list with references somewhere in it.</summary>
    public sealed class Items(ImmutableArray<TemplateNode> items) : TemplateNode
    {
        public override IEnumerable<TemplateReference> References => items.SelectMany(i => i.References);

        protected override void Write(Utf8JsonWriter writer, Template.Filling filling)
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                item.Write(writer, filling);
            }

            writer.WriteEndArray();
        }
    }
}
