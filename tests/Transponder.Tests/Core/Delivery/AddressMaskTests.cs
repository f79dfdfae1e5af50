using Transponder.Core.Delivery;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class AddressMaskTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ann@example.com", "ann@example.com")]
    [InlineData("a.very.long.name.of.somebody@example.com", "a.very.long.name.of.somebody@example.com")]
    [InlineData("ml-slack:#alerts", "ml-slack:#alerts")]
    [InlineData("pager", "pager")]
    [InlineData("pager:R0123456789ABCDEF0123456789ABCDEF", "pager:R012***")]
    [InlineData("https://hooks.example.com/services/T0/B0/secret", "https://hooks.example.com/***")]
    [InlineData("https://u:p@hooks.example.com", "https://***@hooks.example.com")]
    [InlineData("https://hooks.example.com?token=secret", "https://hooks.example.com/***")]
    public void Of_Address_HidesWhatCouldBeASecret(string address, string shown) => Assert.Equal(shown, AddressMask.Of(address));
}
