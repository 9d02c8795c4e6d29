package org.countersign.rotation;

import java.util.Optional;
import org.countersign.service.FileFailure;

/** Tells whether the service would load its policy, with the table file as it is now. */
public interface PolicyCheck {
    /** There is no policy file to look at. */
    PolicyCheck NONE = Optional::empty;

    /** Why the policy would not load, a line for each problem; empty if it would. */
    Optional<FileFailure> failure();
}
