using System.Reflection;
using System.Runtime.CompilerServices;

namespace Reprise.Tests.House;

/// <summary>Writes what an assembly shows to its users, one line a type or member, in an order that does not change.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return Head(type);
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                yield return "    " + member;
        }
    }

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? $"enum({Name(Enum.GetUnderlyingType(type))})"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsInterface ? "interface"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct")
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        IEnumerable<Type> inherited = type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsPublic || i.IsNestedPublic);
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType)
            inherited = inherited.Prepend(parent);
        string bases = string.Join(", ", inherited.Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {type.Namespace}.{Name(type)}{(bases.Length > 0 ? " : " + bases : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName))
        {
            string value = field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "";
            string modifiers = (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            yield return $"field {modifiers}{Name(field.FieldType)} {field.Name}{value}";
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(c => IsVisible(c) && !c.IsStatic))
            yield return $"constructor({Parameters(constructor)})";
        foreach (PropertyInfo property in type.GetProperties(Declared).Where(p => !IsGenerated(p) && p.GetAccessors(true).Any(IsVisible)))
            yield return Property(property);
        foreach (EventInfo @event in type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)))
            yield return $"event {Name(@event.EventHandlerType!)} {@event.Name}";
        foreach (MethodInfo method
            in type.GetMethods(Declared).Where(m => IsVisible(m) && !IsGenerated(m) && !IsAccessor(m) && m.Name != "Finalize"))
        {
            string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            yield return $"method {Modifiers(method)}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
        }
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(true)[0];
        string indices = string.Join(", ", property.GetIndexParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}"));
        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter)
            ? (setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;")
            : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string type = Name(property.PropertyType) + (IsNullable(property) ? "?" : "");
        string indexer = indices.Length > 0 ? $"[{indices}]" : "";
        return $"property {required}{Modifiers(any)}{type} {property.Name}{indexer} {{{get}{set} }}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(ParameterOf));

    private static string ParameterOf(ParameterInfo p)
    {
        string kind = p.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : p.IsOut ? "out "
            : p.IsIn ? "in "
            : p.ParameterType.IsByRef ? "ref " : "";
        string type = Name(p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType);
        string value = p.HasDefaultValue ? $" = {p.RawDefaultValue ?? "default"}" : "";
        return $"{kind}{type}{(IsNullable(p) ? "?" : "")} {p.Name}{value}";
    }

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface ? ""
            : method.IsAbstract ? "abstract "
            : method.IsVirtual && !method.IsFinal ? (method.GetBaseDefinition() == method ? "virtual " : "override ") : "");

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsPointer)
            return Name(type.GetElementType()!) + "*";
        if (type.IsArray)
            return Name(type.GetElementType()!) + $"[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Name(value) + "?";
        string name = type.Name.Split('`')[0];
        if (type.IsGenericType)
            name += $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }

    private static bool IsNullable(PropertyInfo property) =>
        !property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static bool IsNullable(ParameterInfo parameter) =>
        parameter.ParameterType is { IsValueType: false, IsByRef: false, IsGenericParameter: false }
        && new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Members that the compiler writes for records repeat the parameters of the record.
    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
