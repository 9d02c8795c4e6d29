package org.countersign.cli;

import org.countersign.domain.IpNetwork;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an IP address, or a network such as 192.0.2.0/24. */
final class NetworkConverter implements ITypeConverter<IpNetwork> {
    @Override
    public IpNetwork convert(String text) {
        return IpNetwork.parse(text)
                .orElseThrow(() -> new TypeConversionException(
                        Main.quoted(text) + " is not an IP address or network such as 192.0.2.0/24"));
    }
}
