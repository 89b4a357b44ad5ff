using System.Reflection;
using System.Text;
using Reeve.Core.Plugins;

namespace Reeve.Core.Tests.Plugins;

/// <summary>
/// The contract of plug-ins: every type that can be reached from <see cref="IPlugin"/>, with its public members, as it was approved. A
/// difference is a change that the makers of plug-ins feel. With REEVE_WRITE_REFERENCE=1 the file is written anew.
/// </summary>
public sealed class ContractTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_contract_is_the_one_that_was_approved()
    {
        var text = Write(Reached());
        var file = Path.Combine(Root(), "docs", "reference", "plugin-contract.txt");
        if (Environment.GetEnvironmentVariable("REEVE_WRITE_REFERENCE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    private static SortedDictionary<string, Type> Reached()
    {
        var found = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        var queue = new Queue<Type>([typeof(IPlugin)]);
        while (queue.TryDequeue(out var type))
        {
            foreach (var part in Parts(type).Where(p => p.Assembly == typeof(IPlugin).Assembly))
            {
                var bare = part.IsGenericType ? part.GetGenericTypeDefinition() : part;
                if (found.TryAdd(bare.FullName!, bare))
                {
                    foreach (var next in Neighbours(bare))
                    {
                        queue.Enqueue(next);
                    }
                }
            }
        }

        return found;
    }

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        _ => type.GetGenericArguments().SelectMany(Parts).Prepend(type),
    };

    // what a kind of signal is is told by the types that are one
    private static IEnumerable<Type> Neighbours(Type type) => Members(type).SelectMany(TypesOf)
        .Concat(type.IsAbstract || type.IsInterface
            ? type.Assembly.GetExportedTypes().Where(t => t != type && t.IsAssignableTo(type) && t.Namespace == type.Namespace)
            : [])
        .Concat(type.BaseType is { } parent ? [parent] : [])
        .Concat(type.GetInterfaces());

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodBase method => method.GetParameters().Select(p => p.ParameterType)
            .Append(method is MethodInfo { ReturnType: var returned } ? returned : typeof(void)),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    // what records make of themselves says nothing new
    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Own)
        .Where(m => m is not Type && m.Name is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "<Clone>$" or "value__"))
        .Where(m => m is not MethodInfo { IsSpecialName: true });

    private static string Write(SortedDictionary<string, Type> types)
    {
        var text = new StringBuilder();
        foreach (var (name, type) in types)
        {
            var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
            text.Append(kind).Append(' ').Append(name).Append('\n');
            IEnumerable<string> lines = type.IsEnum
                ? Enum.GetNames(type)
                : Members(type).Select(m => m switch
                {
                    ConstructorInfo made => $"new({Said(made)})",
                    MethodInfo method => $"{Said(method.ReturnType)} {method.Name}({Said(method)})",
                    PropertyInfo property =>
                        $"{Said(property.PropertyType)} {property.Name} {{ {(property.CanWrite ? "get; init; " : "get; ")}}}",
                    FieldInfo field => $"{Said(field.FieldType)} {field.Name}",
                    _ => m.Name,
                }).Order(StringComparer.Ordinal);
            foreach (var line in lines)
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Said(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Said(p.ParameterType)} {p.Name}"));

    private static string Said(Type type)
    {
        if (type.HasElementType)
        {
            return Said(type.GetElementType()!) + (type.IsArray ? "[]" : "&");
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (!type.IsGenericType)
        {
            return type.Assembly == typeof(IPlugin).Assembly ? type.FullName!["Reeve.Core.".Length..] : type.Name;
        }

        var name = type.Name.Split('`')[0];
        return name == "Nullable"
            ? Said(type.GetGenericArguments()[0]) + "?"
            : $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Said))}>";
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Reeve.slnx")))
        {
            at = at.Parent;
        }

        return at.FullName;
    }
}
