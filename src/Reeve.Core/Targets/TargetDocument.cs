using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Identity;

namespace Reeve.Core.Targets;

/// <summary>
/// Reads a <c>Target</c> document: a tree. Each node has <c>kind</c>, <c>labels</c>, <c>aliases</c>, <c>properties</c>, <c>capacity</c>
/// {<c>min</c>, <c>max</c>, <c>desired</c>}, <c>driver</c> {<c>name</c>, <c>config</c>} and <c>children</c> (the same, with a <c>name</c>).
/// </summary>
public static class TargetDocument
{
    private const int MaxDepth = 16;

    /// <summary>The targets of the tree, the root first. Their state and times are not set.</summary>
    public static IReadOnlyList<Target> Read(ResourceDocument document, List<Mistake> mistakes)
    {
        var targets = new List<Target>();
        var root = new FieldReader(document.Spec, "/spec", mistakes);
        ReadNode(root, new TargetKey(document.Key.Scope, document.Key.Name), "/spec", document.Labels, targets, mistakes, 0);
        return targets;
    }

    private static void ReadNode(
        FieldReader fields, TargetKey key, string path, ImmutableSortedDictionary<string, string> labels,
        List<Target> into, List<Mistake> mistakes, int depth)
    {
        var children = fields.Raw("children");
        var capacity = ReadCapacity(fields);
        into.Add(new Target
        {
            Key = key,
            Kind = fields.Text("kind") ?? (capacity is not null ? TargetKinds.Group : depth == 0 ? "deployment" : "node"),
            Declared = true,
            Labels = labels.SetItems(fields.TextMap("labels")),
            Aliases = fields.Texts("aliases"),
            Properties = ReadObject(fields, "properties", path, mistakes),
            Capacity = capacity,
            Driver = ReadDriver(fields),
        });
        fields.Close();
        if (children is not { ValueKind: JsonValueKind.Array } list)
        {
            if (children is { ValueKind: not JsonValueKind.Null })
            {
                mistakes.Add(new Mistake(ErrorCodes.WrongType, path + "/children", "expected a list of targets"));
            }

            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var child in list.EnumerateArray())
        {
            ReadChild(child, $"{path}/children/{index++}", key, names, into, mistakes, depth + 1);
        }
    }

    private static void ReadChild(
        JsonElement child, string path, TargetKey parent, HashSet<string> names, List<Target> into, List<Mistake> mistakes, int depth)
    {
        if (child.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, path, "expected a target: an object with a `name`"));
            return;
        }

        if (depth > MaxDepth)
        {
            mistakes.Add(new Mistake(ErrorCodes.TooLarge, path, $"the tree is deeper than {MaxDepth}"));
            return;
        }

        var fields = new FieldReader(child, path, mistakes);
        if (fields.RequiredText("name") is not { Length: > 0 } name)
        {
            return;
        }

        if (!ResourceDocument.IsName(name))
        {
            mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path + "/name", $"`{name}` is no name: use letters, digits, `-`, `_` and `.`"));
            return;
        }

        if (!names.Add(name))
        {
            mistakes.Add(new Mistake(ErrorCodes.Duplicate, path + "/name", $"there are two children `{name}`"));
            return;
        }

        ReadNode(fields, parent.Child(name), path, ImmutableSortedDictionary<string, string>.Empty, into, mistakes, depth);
    }

    private static Capacity? ReadCapacity(FieldReader fields)
    {
        if (fields.Object("capacity") is not { } capacity)
        {
            return null;
        }

        var min = capacity.Whole("min", 0, 100_000) ?? 0;
        var max = capacity.Whole("max", 0, 100_000) ?? 100_000;
        var desired = capacity.Whole("desired", 0, 100_000) ?? min;
        if (min > desired || desired > max)
        {
            capacity.Report(ErrorCodes.NotAllowed, "desired", $"min {min}, desired {desired} and max {max} must not fall");
        }

        capacity.Close();
        return new Capacity(min, max, desired);
    }

    private static DriverChoice? ReadDriver(FieldReader fields)
    {
        if (fields.Object("driver") is not { } driver)
        {
            return null;
        }

        var name = driver.RequiredText("name");
        var config = driver.Raw("config") ?? Json.EmptyObject;
        driver.Close();
        return name.Length == 0 ? null : new DriverChoice(name, config.ValueKind == JsonValueKind.Object ? config : Json.EmptyObject);
    }

    private static JsonElement ReadObject(FieldReader fields, string name, string path, List<Mistake> mistakes)
    {
        if (fields.Raw(name) is not { } value)
        {
            return Json.EmptyObject;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        mistakes.Add(new Mistake(ErrorCodes.WrongType, $"{path}/{name}", "expected an object"));
        return Json.EmptyObject;
    }
}
